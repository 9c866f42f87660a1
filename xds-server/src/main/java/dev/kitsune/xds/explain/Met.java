package dev.kitsune.xds.explain;

import dev.kitsune.envoy.route.Variant;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SelectableDeployment.LeftOut;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The virtual environment of a request, with the app deployment that the request selects.
 *
 * @param virtualEnvironment null for none
 * @param rules its rules
 * @param leftOut its rules that cannot be rendered because of missing variables
 */
public record Met(
        @Nullable ResolvedVirtualEnvironment virtualEnvironment, List<ResolvedRoute> rules, List<LeftOut> leftOut) {
    /** {@code deployment}: null if none is selected */
    public static Met of(@Nullable VirtualEnvironmentName name, @Nullable String deployment, Snapshot snapshot) {
        ResolvedVirtualEnvironment virtualEnvironment = name == null ? null : snapshot.virtualEnvironment(name);
        if (virtualEnvironment == null) {
            return new Met(null, List.of(), List.of());
        }
        return Optional.ofNullable(deployment)
                .flatMap(selected -> Variant.of(virtualEnvironment, selected, snapshot))
                .map(variant ->
                        new Met(variant.virtualEnvironment(), variant.rules(snapshot), variant.leftOut(snapshot)))
                .orElseGet(() -> new Met(virtualEnvironment, virtualEnvironment.routes(), List.of()));
    }
}
