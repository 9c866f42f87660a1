package dev.kitsune.envoy.route;

import dev.kitsune.model.route.RouteOrder;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SelectableDeployment;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A virtual environment as seen by requests that select an app deployment.
 *
 * @param deployment the name that requests select; several apps may each have one of that name
 * @param virtualEnvironment with them in place of the released ones, without the rules of their apps
 */
public record Variant(
        String deployment, List<SelectableDeployment> selected, ResolvedVirtualEnvironment virtualEnvironment) {
    /** Returns the variant for an app deployment's name; empty if a request cannot select it. */
    public static Optional<Variant> of(
            ResolvedVirtualEnvironment virtualEnvironment, String deployment, SnapshotView view) {
        return of(virtualEnvironment, virtualEnvironment.apps().keySet(), view).stream()
                .filter(variant -> variant.deployment().equals(deployment))
                .findFirst();
    }

    /**
     * Returns the variants of some apps, newest first within an app. A virtual environment of a Stable environment has
     * none.
     */
    static List<Variant> of(ResolvedVirtualEnvironment virtualEnvironment, Collection<String> apps, SnapshotView view) {
        if (view.isStable(virtualEnvironment.environment())) {
            return List.of();
        }
        Map<String, Variant> variants = new LinkedHashMap<>();
        for (String app : new TreeSet<>(apps)) {
            if (virtualEnvironment.apps().containsKey(app)) {
                selectable(app, view)
                        .forEach(selectable -> variants.put(
                                selectable.name(),
                                variants.getOrDefault(
                                                selectable.name(),
                                                new Variant(selectable.name(), List.of(), virtualEnvironment))
                                        .with(selectable)));
            }
        }
        return List.copyOf(variants.values());
    }

    /** Whether a virtual environment runs a component version. */
    public static boolean runs(ComponentVersion version, ResolvedVirtualEnvironment virtualEnvironment) {
        ResolvedVirtualEnvironment.ResolvedComponent running =
                virtualEnvironment.components().get(version.name());
        return running != null && running.version().equals(version);
    }

    /** Whether a request of a virtual environment can come to a component version, because it selects an app deployment. */
    public static boolean selects(
            ComponentVersion version, ResolvedVirtualEnvironment virtualEnvironment, SnapshotView view) {
        String app = version.name().app();
        return virtualEnvironment.apps().containsKey(app)
                && offering(version, virtualEnvironment.environment(), view)
                        .anyMatch(selectable -> runs(version, selectable.in(virtualEnvironment)));
    }

    /** Whether requests can select app deployments with a component version in an environment. */
    public static boolean offers(ComponentVersion version, String environment, SnapshotView view) {
        return offering(version, environment, view).findAny().isPresent();
    }

    private static Stream<SelectableDeployment> offering(
            ComponentVersion version, String environment, SnapshotView view) {
        return view.isStable(environment)
                ? Stream.of()
                : selectable(version.name().app(), view)
                        .filter(selectable -> selectable.versions().contains(version));
    }

    private static Stream<SelectableDeployment> selectable(String app, SnapshotView view) {
        return view.deployments(app).stream().limit(view.platform().limits().selectableDeployments());
    }

    private Variant with(SelectableDeployment selectable) {
        List<SelectableDeployment> all = new ArrayList<>(selected);
        all.add(selectable);
        return new Variant(deployment, List.copyOf(all), selectable.in(virtualEnvironment));
    }

    /** All rules of the virtual environment, in their order. */
    public List<ResolvedRoute> rules(SnapshotView view) {
        List<ResolvedRoute> rules = new ArrayList<>(virtualEnvironment.routes());
        selected.forEach(selectable ->
                rules.addAll(selectable.rules(virtualEnvironment, view).rules()));
        rules.sort(RouteOrder.ORDER);
        return rules;
    }

    /** Returns the rules of its app deployments that cannot be rendered with the virtual environment's variables. */
    public List<SelectableDeployment.LeftOut> leftOut(SnapshotView view) {
        return selected.stream()
                .flatMap(selectable -> selectable.rules(virtualEnvironment, view).leftOut().stream())
                .toList();
    }
}
