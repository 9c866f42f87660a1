package dev.kitsune.k8s.inject;

import org.jspecify.annotations.Nullable;

/**
 * What the bootstrap of a sidecar depends on.
 *
 * @param appPort where its app listens
 * @param scopes when it loads virtual environments; null for the usual way
 */
public record InjectedSidecar(
        String app,
        String component,
        String version,
        int appPort,
        CaptureMode capture,
        @Nullable String scopes) {}
