package dev.kitsune.xds.inspect;

import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import org.jspecify.annotations.Nullable;

/** Which virtual environment is shown: its name, its kind of environment and its parent. */
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
