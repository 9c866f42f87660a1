package dev.kitsune.envoy.trace;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.SnapshotView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The path of one request over all Envoys, until an app or an adapter receives it, or an Envoy answers. */
public record Journey(List<Leg> legs) {
    /**
     * Placeholder ports, because only the bootstraps of sidecars have the real ones. Routing does not depend on them.
     */
    private static final int APP_PORT = 8080;

    private static final int OUTBOUND_PORT = 15001;
    private static final int UNKNOWN_INBOUND_PORT = 15000;
    private static final int GATEWAY_PORT = 80;

    /** One Envoy, with its treatment of the request. */
    public record Leg(Proxy proxy, Hop hop) {}

    public Journey {
        legs = List.copyOf(legs);
    }

    /** Traces a request from outside; {@code now}: the time for the expiry of tokens. */
    public static Journey fromOutside(RequestHeaders request, SnapshotView view, Instant now) {
        Proxy.GatewayProxy gateway = new Proxy.GatewayProxy("0.0.0.0", GATEWAY_PORT, Proxy.Scopes.ON_DEMAND);
        return onward(new Leg(gateway, RouteTrace.gateway(gateway, request, view, now)), view);
    }

    /**
     * Traces an app's call.
     *
     * @param workload the caller's workload; null if the workloads of the version must agree
     */
    public static Journey from(
            ComponentVersion caller, @Nullable String workload, RequestHeaders request, SnapshotView view) {
        Proxy.SidecarProxy sidecar = sidecar(caller, workload, view);
        return onward(new Leg(sidecar, RouteTrace.outbound(sidecar, request, view)), view);
    }

    /** Returns the outcome at the last Envoy. */
    public Outcome outcome() {
        return legs.get(legs.size() - 1).hop().outcome();
    }

    /** Returns the component version that receives it; empty for an adapter or an answer of Envoy. */
    public Optional<ComponentVersion> reached() {
        Leg last = legs.get(legs.size() - 1);
        return last.hop().outcome() instanceof Outcome.Forwarded forwarded
                        && !leaves(forwarded)
                        && last.proxy() instanceof Proxy.SidecarProxy sidecar
                ? Optional.of(sidecar.component())
                : Optional.empty();
    }

    /** Whether its destination is not a component. */
    private static boolean leaves(Outcome.Forwarded forwarded) {
        ClusterName to = ClusterName.parse(forwarded.cluster()).orElse(null);
        return to instanceof ClusterName.AdapterClusterName
                || to instanceof ClusterName.AdapterUpgrades
                || to instanceof ClusterName.EgressClusterName;
    }

    private static Journey onward(Leg first, SnapshotView view) {
        List<Leg> legs = new ArrayList<>(List.of(first));
        if (first.hop().outcome() instanceof Outcome.Forwarded forwarded
                && ClusterName.parse(forwarded.cluster()).orElse(null)
                        instanceof ClusterName.ComponentClusterName component) {
            Proxy.SidecarProxy callee =
                    sidecar(component.version(), workloadAt(forwarded.endpoints(), component, view), view);
            legs.add(new Leg(callee, RouteTrace.inbound(callee, forwarded.sent(), component.caller(), view)));
        }
        return new Journey(legs);
    }

    /** Returns the first workload, because all of them deliver the same values. */
    private static @Nullable String workloadAt(
            List<String> endpoints, ClusterName.ComponentClusterName component, SnapshotView view) {
        return view.workloads(component.version()).stream()
                .filter(workload -> workload.actsFor(component.environment()))
                .filter(workload -> workload.endpoints().stream()
                        .anyMatch(e -> endpoints.get(0).endsWith(":" + e.port())))
                .map(ResolvedWorkload::name)
                .findFirst()
                .orElse(null);
    }

    private static Proxy.SidecarProxy sidecar(ComponentVersion version, @Nullable String workload, SnapshotView view) {
        int port = view.workloads(version).stream()
                .filter(one -> one.name().equals(workload))
                .flatMap(one -> one.endpoints().stream())
                .findFirst()
                .map(endpoint -> endpoint.port())
                .orElse(UNKNOWN_INBOUND_PORT);
        return new Proxy.SidecarProxy(
                version, workload, "0.0.0.0", port, OUTBOUND_PORT, APP_PORT, Proxy.Scopes.ON_DEMAND);
    }
}
