package dev.kitsune.xds.explain;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.trace.Hop;
import dev.kitsune.envoy.trace.Journey;
import dev.kitsune.envoy.trace.Outcome;
import dev.kitsune.envoy.trace.RequestHeaders;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.explain.Explanation.CandidateView;
import dev.kitsune.xds.explain.Explanation.Chosen;
import dev.kitsune.xds.explain.Explanation.HopView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Explains requests over one folder's snapshot. */
public final class Explainer {
    private final Snapshot snapshot;
    private final Map<VirtualEnvironmentName, ReleaseStatus> releases;
    private final Instant now;
    private final Places places;

    /**
     * An explainer of the active state.
     *
     * @param releases the releases of its virtual environments
     * @param now the time for the expiry of tokens
     */
    public Explainer(
            Catalog catalog, Snapshot snapshot, Map<VirtualEnvironmentName, ReleaseStatus> releases, Instant now) {
        this.releases = releases;
        this.now = now;
        this.snapshot = snapshot;
        this.places = new Places(catalog);
    }

    /**
     * Explains the route of a request.
     *
     * @param url the requested URL, for display
     * @param from the caller; null for a request from outside
     */
    public Explanation explain(String url, @Nullable ComponentVersion from, RequestHeaders request) {
        Function<RequestHeaders, Journey> journey = headers -> from == null
                ? Journey.fromOutside(headers, snapshot, now)
                : Journey.from(from, null, headers, snapshot);
        Journey traced = journey.apply(request);
        Naming naming = new Naming(snapshot, places, from, request, headers -> journey.apply(headers)
                .legs()
                .get(0)
                .hop());
        VirtualEnvironmentName virtualEnvironment = naming.virtualEnvironment();
        Met met = Met.of(virtualEnvironment, naming.deployment(), snapshot);
        List<HopView> hops = new ArrayList<>();
        traced.legs().forEach(leg -> hops.add(view(leg, virtualEnvironment, met)));
        return new Explanation(
                new Explanation.RequestView(request.method(), url, from == null ? null : from.toString()),
                naming.context(),
                naming.selected(),
                overlay(virtualEnvironment),
                List.copyOf(hops),
                reached(traced),
                traced.outcome() instanceof Outcome.Answered answered
                        ? new Explanation.AnswerView(answered.status(), answered.text())
                        : null);
    }

    private List<String> overlay(@Nullable VirtualEnvironmentName virtualEnvironment) {
        List<String> chain = new ArrayList<>();
        ResolvedVirtualEnvironment at =
                virtualEnvironment == null ? null : snapshot.virtualEnvironment(virtualEnvironment);
        String environmentName = at == null ? null : at.environment();
        while (at != null) {
            chain.add("VirtualEnvironment/" + at.namespace() + "/" + at.name() + release(at.name()));
            at = at.parent() == null ? null : snapshot.virtualEnvironment(at.parent());
        }
        if (environmentName != null) {
            chain.add("Environment/" + environmentName);
        }
        return List.copyOf(chain);
    }

    /** Returns the state of its releases, if there are several. */
    private String release(VirtualEnvironmentName virtualEnvironment) {
        ReleaseStatus status = releases.getOrDefault(virtualEnvironment, ReleaseStatus.NONE);
        ReleaseEntry active = status.active();
        ReleaseEntry pending = status.pending();
        if (status.last() < 2 && pending == null) {
            return "";
        }
        return " (" + (active == null ? "no release is active" : "release " + active.id() + " is active")
                + (pending == null
                        ? ""
                        : ", release " + pending.id() + " waits: " + String.join("; ", pending.problems()))
                + ")";
    }

    private HopView view(Journey.Leg leg, @Nullable VirtualEnvironmentName virtualEnvironment, Met met) {
        Hop hop = leg.hop();
        boolean gateway = leg.proxy() instanceof Proxy.GatewayProxy;
        boolean outbound = ListenerName.parse(hop.listener())
                .filter(ListenerName.OutboundListenerName.class::isInstance)
                .isPresent();
        List<CandidateView> candidates = new ArrayList<>();
        if (gateway) {
            candidates.addAll(new Candidates(snapshot, places, met).rules(hop));
        } else if (outbound) {
            candidates.addAll(new Candidates(snapshot, places, met).dependencies(hop));
        }
        Outcome.@Nullable Forwarded forwarded = hop.outcome() instanceof Outcome.Forwarded f ? f : null;
        boolean toApp = !gateway && !outbound;
        Received received = new Received(snapshot, places, virtualEnvironment);
        return new HopView(
                at(leg.proxy(), outbound),
                hop.lookup().routes() == null ? null : routes(hop.lookup().routes()),
                List.copyOf(candidates),
                forwarded == null
                        ? Explanation.OnwardView.NOWHERE
                        : new Explanation.OnwardView(
                                chosen(forwarded.cluster(), met),
                                toApp ? "its app" : forwarded.cluster(),
                                toApp ? List.of() : forwarded.endpoints(),
                                rewritten(hop.received(), forwarded.sent())),
                forwarded == null
                        ? Explanation.AddedView.NOTHING
                        : new Explanation.AddedView(
                                toApp ? received.variables(leg.proxy(), forwarded) : List.of(),
                                received.credentials(forwarded)),
                forwarded == null ? List.of() : new Copies(snapshot, places, virtualEnvironment).of(forwarded),
                hop.notFollowed());
    }

    /** Only the bootstrap of a sidecar has the port of its app. */
    private static String routes(String name) {
        return RouteName.parse(name).map(RouteName::plain).orElse(null) instanceof RouteName.InboundRouteName in
                ? name.replace(in.callee() + "/" + in.appPort() + "/", in.callee() + "/APP-PORT/")
                : name;
    }

    /** Returns the host and path if they were rewritten. */
    private static @Nullable String rewritten(RequestHeaders received, RequestHeaders sent) {
        return received.authority().equals(sent.authority()) && received.path().equals(sent.path())
                ? null
                : sent.authority() + sent.path();
    }

    private static String at(Proxy proxy, boolean outbound) {
        return proxy instanceof Proxy.SidecarProxy sidecar
                ? "sidecar of " + sidecar.component() + (outbound ? ", outbound" : ", inbound")
                : "gateway";
    }

    private @Nullable Chosen chosen(String cluster, Met met) {
        ResolvedVirtualEnvironment resolved = met.virtualEnvironment();
        if (resolved == null
                || !(ClusterName.parse(cluster).orElse(null) instanceof ClusterName.ComponentClusterName to)) {
            return null;
        }
        return Optional.ofNullable(resolved.components().get(to.version().name()))
                .map(component -> new Chosen(
                        component.version().toString(), component.origin().toString(), places.of(component.origin())))
                .orElse(null);
    }

    private static @Nullable String reached(Journey journey) {
        if (!(journey.outcome() instanceof Outcome.Forwarded forwarded)) {
            return null;
        }
        return journey.reached().map(ComponentVersion::toString).orElseGet(() -> ClusterName.parse(forwarded.cluster())
                .map(name -> destination(name, forwarded))
                .orElse(forwarded.cluster()));
    }

    private static String destination(ClusterName name, Outcome.Forwarded forwarded) {
        if (name instanceof ClusterName.AdapterClusterName adapter) {
            return "adapter " + adapter.adapter();
        }
        if (name instanceof ClusterName.AdapterUpgrades upgrades) {
            return "adapter " + upgrades.adapter();
        }
        return name instanceof ClusterName.EgressClusterName
                ? forwarded.sent().authority() + ", which leaves the mesh"
                : forwarded.cluster();
    }
}
