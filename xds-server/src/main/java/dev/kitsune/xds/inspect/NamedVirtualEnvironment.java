package dev.kitsune.xds.inspect;

import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import org.jspecify.annotations.Nullable;

/** The name, environment and parent of a virtual environment. */
record NamedVirtualEnvironment(
        String name,
        String namespace,
        String environment,
        @Nullable String parent) {
    static NamedVirtualEnvironment of(ResolvedVirtualEnvironment virtualEnvironment) {
        return new NamedVirtualEnvironment(
                virtualEnvironment.name().value(),
                virtualEnvironment.namespace(),
                virtualEnvironment.environment(),
                virtualEnvironment.parent() == null
                        ? null
                        : virtualEnvironment.parent().value());
    }
}
