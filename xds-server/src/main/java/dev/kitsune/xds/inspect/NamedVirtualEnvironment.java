package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import org.jspecify.annotations.Nullable;

/** The name, environment and parent of a virtual environment. */
public record NamedVirtualEnvironment(
        @JsonSerialize(using = ToStringSerializer.class) VirtualEnvironmentName name,
        String namespace,
        String environment,

        @JsonSerialize(using = ToStringSerializer.class) @Nullable
        VirtualEnvironmentName parent) {
    public static NamedVirtualEnvironment of(ResolvedVirtualEnvironment virtualEnvironment) {
        return new NamedVirtualEnvironment(
                virtualEnvironment.name(),
                virtualEnvironment.namespace(),
                virtualEnvironment.environment(),
                virtualEnvironment.parent());
    }
}
