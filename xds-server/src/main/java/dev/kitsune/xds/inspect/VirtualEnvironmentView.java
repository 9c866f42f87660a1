package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
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
 * One virtual environment with all its resolved values, each with the object and field that it comes from. Secrets are
 * shown only by their positions.
 *
 * @param expired why it is no longer served; null while it is served
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
    /** Its resolved values. */
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
     * @param releases the pending, active and earlier releases, newest first
     * @param drift the differences between the files and its active Stable release
     */
    record ReleasesView(List<ReleaseRow> releases, List<Drift> drift) {
        static final ReleasesView NONE = new ReleasesView(List.of(), List.of());
    }

    /** The released app deployment of an app; {@code own} if it comes from this virtual environment's own release. */
    record AppRow(String app, String appDeployment, boolean own, String origin) {}

    /** A running version, with the number of its endpoints. */
    record ResolvedComponentRow(String component, String version, int endpoints, String origin) {}

    /** A variable's value. */
    record VariableRow(String name, String type, String value, String origin) {}

    /** A secret's position, and whether it has a value. */
    record SecretRow(String name, String location, boolean present, String origin) {}

    /** A rule for requests without context. */
    record RouteRow(String rule, int priority, String target, String origin) {}

    /** Copies of its calls to a component, with their target. */
    record CopyRow(
            String component,
            @JsonSerialize(using = ToStringSerializer.class) VirtualEnvironmentName to,
            String version,
            int percent,
            String origin) {}

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
