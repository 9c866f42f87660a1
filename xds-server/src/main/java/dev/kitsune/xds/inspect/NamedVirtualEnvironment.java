package dev.kitsune.xds.inspect;

import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import org.jspecify.annotations.Nullable;

/** Which virtual environment is shown: its name, its kind of environment and its parent. */
record NamedEnvironment(
        String name,
        String namespace,
        String environment,
        @Nullable String parent) {
    static NamedEnvironment of(ResolvedVirtualEnvironment virtualEnvironment) {
        return new NamedEnvironment(
                virtualEnvironment.name(),
                virtualEnvironment.namespace(),
                virtualEnvironment.environment(),
                virtualEnvironment.parent());
    }
}
