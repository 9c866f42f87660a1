package dev.kitsune.xds.explain;

import dev.kitsune.envoy.WorkloadScope;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.envoy.route.Variant;
import dev.kitsune.envoy.trace.ContextSource;
import dev.kitsune.envoy.trace.Hop;
import dev.kitsune.envoy.trace.Outcome;
import dev.kitsune.envoy.trace.RequestHeaders;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedSelection;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.explain.Explanation.Policy;
import dev.kitsune.xds.explain.Explanation.Selected;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the virtual environment and the app deployment that a request selects, and the sources that name them. */
final class Naming {
    /** Traces a request at the first Envoy. */
    @FunctionalInterface
    interface FirstHop {
        Hop hop(RequestHeaders request);
    }

    private final Snapshot snapshot;
    private final Places places;
    private final @Nullable ComponentVersion from;
    private final RequestHeaders request;
    private final FirstHop firstHop;
    private final Hop hop;
    private final Platform.Context context;

    /**
     * The naming of one request.
     *
     * @param from the caller; null for a request from outside
     * @param firstHop the hop at the first Envoy
     */
    Naming(
            Snapshot snapshot,
            Places places,
            @Nullable ComponentVersion from,
            RequestHeaders request,
            FirstHop firstHop) {
        this.snapshot = snapshot;
        this.places = places;
        this.from = from;
        this.request = request;
        this.firstHop = firstHop;
        this.hop = firstHop.hop(request);
        this.context = snapshot.platform().context();
    }

    /** Returns null for none, and if the named one is refused. */
    @Nullable
    VirtualEnvironmentName virtualEnvironment() {
        return settled(hop, context.header()).map(VirtualEnvironmentName::new).orElse(null);
    }

    /** Null for none. */
    @Nullable
    String deployment() {
        return settled(hop, context.deploymentHeader()).orElse(null);
    }

    Explanation.ContextView context() {
        List<ContextSource.NamedContext> all = ContextSource.in(
                // With it, a gateway would fall back on the Platform's default.
                request.without(context.deploymentHeader()),
                from == null ? EnumSet.allOf(ContextSource.class) : ContextSource.OF_CALLS,
                context.header(),
                headers -> settlement(firstHop.hop(headers), hop -> asked(hop).map(VirtualEnvironmentName::value)));
        return new Explanation.ContextView(
                virtualEnvironment(),
                first(all, context.header()).orElseGet(this::otherwise),
                overruled(all, context.header()),
                asked(hop).map(this::policy).orElse(null));
    }

    @Nullable
    Selected selected() {
        String deployment = deployment();
        if (deployment == null) {
            return null;
        }
        String header = context.deploymentHeader();
        if (from != null && request.values(context.header()).stream().anyMatch(value -> !value.isBlank())) {
            // In this case a sidecar reads only headers.
            return new Selected(deployment, ContextSource.HEADER.words(header), Map.of(), meaning(deployment));
        }
        List<ContextSource.NamedContext> all = ContextSource.in(
                request,
                from == null ? ContextSource.OF_DEPLOYMENTS : ContextSource.OF_CALLS,
                header,
                headers -> settlement(firstHop.hop(inVirtualEnvironment(headers)), hop -> settled(hop, header)));
        return new Selected(deployment, first(all, header).orElse(""), overruled(all, header), meaning(deployment));
    }

    /** Returns the request with its virtual environment in a source that lets the hop still read all sources. */
    private RequestHeaders inVirtualEnvironment(RequestHeaders headers) {
        String virtualEnvironment = Optional.ofNullable(virtualEnvironment())
                .map(VirtualEnvironmentName::value)
                .orElse("");
        return from == null
                ? headers.with(context.header(), virtualEnvironment)
                : headers.plus("baggage", context.header() + "=" + virtualEnvironment);
    }

    private static ContextSource.SettledContext settlement(Hop hop, Function<Hop, Optional<String>> name) {
        return hop.outcome() instanceof Outcome.Answered answered && hop.contextRefused()
                ? new ContextSource.SettledContext("", answered.text())
                : new ContextSource.SettledContext(name.apply(hop).orElse(""), "");
    }

    private static Optional<String> settled(Hop hop, String header) {
        return hop.contextRefused() ? Optional.empty() : hop.settled().first(header);
    }

    /**
     * Returns the virtual environment that a request selects. The scope names it, before a rule decides for requests
     * that select none.
     */
    private static Optional<VirtualEnvironmentName> asked(Hop hop) {
        return settled(hop, WireNames.SCOPE_HEADER)
                .map(key -> ScopeKey.parse(key).virtualEnvironment())
                .filter(name -> !name.equals(RouteName.NO_CONTEXT));
    }

    private static Optional<String> first(List<ContextSource.NamedContext> all, String header) {
        return all.stream().findFirst().map(named -> named.source().words(header));
    }

    /** Returns the names in the sources after the first one. */
    private static Map<String, String> overruled(List<ContextSource.NamedContext> all, String header) {
        return all.stream()
                .skip(1)
                .collect(Collectors.toUnmodifiableMap(
                        named -> named.source().words(header), ContextSource.NamedContext::what));
    }

    private String otherwise() {
        VirtualEnvironmentName virtualEnvironment = virtualEnvironment();
        if (virtualEnvironment == null) {
            return "";
        }
        if (from == null) {
            return deployment() == null
                    ? "the release whose rule matches, as the request names none"
                    : "defaultVirtualEnvironment of the Platform, as the request selects an app deployment and names none";
        }
        return virtualEnvironment.equals(WorkloadScope.of(from, null, snapshot).virtualEnvironment())
                ? "the caller's workload, as the call names none"
                : "defaultVirtualEnvironment of the Platform, as the call names none";
    }

    /** Returns the selection policy at a gateway; null for everyone. */
    private @Nullable Policy policy(VirtualEnvironmentName name) {
        ResolvedVirtualEnvironment virtualEnvironment = snapshot.virtualEnvironment(name);
        ResolvedSelection selection = from != null || virtualEnvironment == null
                ? null
                : snapshot.selection(virtualEnvironment.environment());
        if (virtualEnvironment == null || selection == null) {
            return null;
        }
        Origin origin =
                new Origin(new ObjectKey(Kind.Environment, "", virtualEnvironment.environment()), "spec.selection");
        String who = selection instanceof ResolvedSelection.SelectedByNobody
                ? "nobody"
                : selection instanceof ResolvedSelection.SelectedByToken token
                        ? "clients with a token for it, in the header " + token.header() + " or the cookie "
                                + token.cookie()
                        : "nobody for now, as no token can be checked";
        return new Policy(who, origin.toString(), places.of(origin));
    }

    private String meaning(String deployment) {
        VirtualEnvironmentName name = virtualEnvironment();
        ResolvedVirtualEnvironment virtualEnvironment = name == null ? null : snapshot.virtualEnvironment(name);
        if (virtualEnvironment == null) {
            return "it has no effect without a virtual environment";
        }
        Variant variant = Variant.of(virtualEnvironment, deployment, snapshot).orElse(null);
        if (variant == null) {
            return "it cannot be selected here";
        }
        List<String> replaced = virtualEnvironment.apps().entrySet().stream()
                .filter(app -> !isSame(
                        app.getValue(), variant.virtualEnvironment().apps().get(app.getKey())))
                .map(app -> app.getValue().appDeployment())
                .toList();
        return replaced.isEmpty() ? "it is the released one" : "in place of " + String.join(" and ", replaced);
    }

    private static boolean isSame(
            ResolvedVirtualEnvironment.ResolvedApp one, ResolvedVirtualEnvironment.@Nullable ResolvedApp other) {
        return other != null
                && one.namespace().equals(other.namespace())
                && one.appDeployment().equals(other.appDeployment());
    }
}
