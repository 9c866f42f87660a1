package dev.kitsune.model.manifest;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A component or adapter that a component version calls.
 *
 * @param timeout the limit of the whole answer; absent for none, so that streams stay open
 * @param listen local port for a TCP adapter, in place of the adapter's own
 */
public record Dependency(
        DependencyType type,
        @Nullable Duration timeout,
        @Nullable Retries retries,
        @Nullable Integer listen) {
    /**
     * The local port of a TCP adapter: this dependency's own, or else the adapter's; null for none.
     *
     * @param ofAdapter the adapter's own {@code listen}
     */
    public @Nullable Integer localPort(@Nullable Integer ofAdapter) {
        return listen != null ? listen : ofAdapter;
    }

    /** The type of the dependency. */
    public enum DependencyType {
        Component,
        Adapter
    }

    /** {@code on}: Envoy's retry conditions, or status codes. */
    public record Retries(int attempts, List<String> on) {
        public Retries {
            on = List.copyOf(on);
        }
    }
}
