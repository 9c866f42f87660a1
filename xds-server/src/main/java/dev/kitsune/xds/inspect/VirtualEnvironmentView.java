package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.Drift;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.expiry.ExpiryRow;
import dev.kitsune.xds.release.ReleaseRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One virtual environment with all that is resolved for it, each thing with the object and field that decided it.
 * Secrets by their place alone.
 *
 * @param expired why it is served no more; null while it is
 * @param expiry when it ends; null for one without limits
 * @param chain from this virtual environment over its parents to the environment that it is of
 */
record VirtualEnvironmentView(
        @JsonUnwrapped NamedVirtualEnvironment virtualEnvironment,
        @Nullable String expired,
        @Nullable ExpiryRow expiry,
        List<String> chain,
        @JsonUnwrapped ResolvedRows resolved,
        @JsonUnwrapped ReleasesView releases,
        List<ProblemView> problems) {
    /** All that is resolved for it. */
    record ResolvedRows(
            List<AppRow> apps,
            List<ResolvedComponentRow> components,
            List<VariableRow> variables,
            List<SecretRow> secrets,
            List<AdapterRow> adapters,
            List<RouteRow> routes,
            List<CopyRow> copies) {}

    /**
     * Its releases.
     *
     * @param releases the newest first: what waits, what is active, what was
     * @param drift what stands otherwise in the files than its active Stable release froze it
     */
    record ReleasesView(List<ReleaseRow> releases, List<Drift> drift) {
        static final ReleasesView NONE = new ReleasesView(List.of(), List.of());
    }

    /** What is released of an app; {@code own} where it is this virtual environment's own release. */
    record AppRow(String app, String appDeployment, boolean own, String origin) {}

    /** What runs, and on how many endpoints. */
    record ResolvedComponentRow(String component, String version, int endpoints, String origin) {}

    /** A variable's value. */
    record VariableRow(String name, String type, String value, String origin) {}

    /** A secret's place, and whether something stands there. */
    record SecretRow(String name, String location, boolean present, String origin) {}

    /** A rule by which requests without context come here. */
    record RouteRow(String rule, int priority, String target, String origin) {}

    /** Copies of its calls to a component, and what gets them. */
    record CopyRow(String component, String to, String version, int percent, String origin) {}

    static VirtualEnvironmentView of(
            ResolvedVirtualEnvironment virtualEnvironment,
            Snapshot snapshot,
            ReleasesView releases,
            @Nullable ExpiryRow expiry,
            List<Problem> problems) {
        return new VirtualEnvironmentView(
                NamedVirtualEnvironment.of(virtualEnvironment),
                virtualEnvironment.expired() == null
                        ? null
                        : virtualEnvironment.expired().sentence(),
                expiry,
                chain(virtualEnvironment, snapshot),
                rows(virtualEnvironment, snapshot),
                releases,
                problems.stream().map(ProblemView::of).toList());
    }

    private static ResolvedRows rows(ResolvedVirtualEnvironment virtualEnvironment, Snapshot snapshot) {
        return new ResolvedRows(
                rows(
                        virtualEnvironment.apps(),
                        (app, released) -> new AppRow(
                                app,
                                released.namespace() + "/" + released.appDeployment(),
                                virtualEnvironment.ownApps().contains(app),
                                released.origin().toString())),
                rows(
                        virtualEnvironment.components(),
                        (name, component) -> new ResolvedComponentRow(
                                name.toString(),
                                component.version().version(),
                                endpoints(snapshot, component, virtualEnvironment),
                                component.origin().toString())),
                rows(virtualEnvironment.overlay().variables(), VirtualEnvironmentView::variable),
                rows(
                        virtualEnvironment.overlay().secrets(),
                        (name, secret) -> new SecretRow(
                                name,
                                secret.location().toString(),
                                secret.present(),
                                secret.origin().toString())),
                rows(virtualEnvironment.adapters(), AdapterRow::of),
                virtualEnvironment.routes().stream()
                        .map(r -> new RouteRow(
                                RuleText.of(r.rule()),
                                r.priority(),
                                r.target().toString(),
                                r.origin().toString()))
                        .toList(),
                copies(virtualEnvironment));
    }

    private static VariableRow variable(String name, Overlay.OverlayVariable variable) {
        return new VariableRow(
                name,
                variable.value().type().name(),
                variable.value().text(),
                variable.origin().toString());
    }

    private static List<CopyRow> copies(ResolvedVirtualEnvironment virtualEnvironment) {
        return new TreeMap<>(virtualEnvironment.mirrors())
                .entrySet().stream()
                        .flatMap(component -> component.getValue().stream()
                                .map(mirror -> new CopyRow(
                                        component.getKey().toString(),
                                        mirror.to(),
                                        mirror.version().version(),
                                        mirror.percent(),
                                        mirror.origin().toString())))
                        .toList();
    }

    private static int endpoints(
            Snapshot snapshot,
            ResolvedVirtualEnvironment.ResolvedComponent component,
            ResolvedVirtualEnvironment virtualEnvironment) {
        return snapshot.workloads(component.version()).stream()
                .filter(w -> w.actsFor(virtualEnvironment.environment()))
                .map(ResolvedWorkload::endpoints)
                .mapToInt(List::size)
                .sum();
    }

    private static List<String> chain(ResolvedVirtualEnvironment first, Snapshot snapshot) {
        List<String> chain = new ArrayList<>();
        for (ResolvedVirtualEnvironment at = first; at != null; ) {
            chain.add("VirtualEnvironment/" + at.namespace() + "/" + at.name());
            at = at.parent() == null ? null : snapshot.virtualEnvironment(at.parent());
        }
        chain.add("Environment/" + first.environment());
        return chain;
    }

    private static <K extends Comparable<K>, V, T> List<T> rows(Map<K, V> map, BiFunction<K, V, T> row) {
        return new TreeMap<>(map)
                .entrySet().stream()
                        .map(e -> row.apply(e.getKey(), e.getValue()))
                        .toList();
    }
}
