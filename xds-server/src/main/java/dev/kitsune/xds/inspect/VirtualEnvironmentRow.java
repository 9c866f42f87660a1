package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.expiry.ExpiryRow;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A virtual environment in the list of all.
 *
 * @param expiry when it ends; null for one without limits
 * @param components the version of each component, by names such as {@code shop/cart}
 */
record VirtualEnvironmentRow(
        @JsonUnwrapped NamedVirtualEnvironment virtualEnvironment,
        @Nullable ExpiryRow expiry,
        Map<String, Cell> components,
        @JsonUnwrapped ProblemCounts problems) {
    /**
     * A component's version here.
     *
     * @param own whether this virtual environment overrides it itself
     * @param served whether a workload serves it here
     */
    record Cell(String version, boolean own, boolean served) {}

    static VirtualEnvironmentRow of(
            ResolvedVirtualEnvironment virtualEnvironment,
            Snapshot snapshot,
            @Nullable ExpiryRow expiry,
            List<Problem> problems) {
        ObjectKey self = virtualEnvironment.key();
        Map<String, Cell> components = new TreeMap<>();
        virtualEnvironment
                .components()
                .forEach((name, component) -> components.put(
                        name.toString(),
                        new Cell(
                                component.version().version(),
                                component.origin().object().equals(self),
                                snapshot.workloads(component.version()).stream()
                                        .anyMatch(w -> w.actsFor(virtualEnvironment.environment())
                                                && !w.endpoints().isEmpty()))));
        return new VirtualEnvironmentRow(
                NamedVirtualEnvironment.of(virtualEnvironment), expiry, components, ProblemCounts.of(problems));
    }
}
