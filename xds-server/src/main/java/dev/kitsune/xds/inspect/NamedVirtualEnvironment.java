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
                virtualEnvironment.name(),
                virtualEnvironment.namespace(),
                virtualEnvironment.environment(),
                virtualEnvironment.parent());
    }
}
