package dev.kitsune.envoy;

import com.google.protobuf.Message;

/**
 * One Envoy resource.
 *
 * @param standIn whether the named resource does not exist (any more). The stand-in only keeps Envoy from waiting. It
 *     is a route configuration that answers 503 with the reason, a cluster without endpoints, an empty assignment or an
 *     empty credential.
 */
public record Translated(Message resource, boolean standIn) {}
