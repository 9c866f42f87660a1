package dev.kitsune.envoy;

import com.google.protobuf.Message;

/**
 * One Envoy resource.
 *
 * @param standIn what the name stands for is not there (any more): the resource only keeps an Envoy that asks from hanging.
 *     A route configuration that answers 503 with the reason, a cluster without endpoints, an empty assignment, an empty
 *     credential.
 */
public record Translated(Message resource, boolean standIn) {}
