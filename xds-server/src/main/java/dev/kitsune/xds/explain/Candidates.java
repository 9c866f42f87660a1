package dev.kitsune.xds.explain;

import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.envoy.route.Methods;
import dev.kitsune.envoy.route.RuleMatch;
import dev.kitsune.envoy.route.Websockets;
import dev.kitsune.envoy.trace.Candidate;
import dev.kitsune.envoy.trace.Candidate.Verdict;
import dev.kitsune.envoy.trace.Hop;
import dev.kitsune.envoy.trace.RequestHeaders;
import dev.kitsune.envoy.trace.RouteMatching;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.explain.Explanation.CandidateView;
import dev.kitsune.xds.inspect.RuleText;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The candidates for a request in the users' words: rules at a gateway, dependencies at the sidecar of a caller. */
final class Candidates {
    private final Snapshot snapshot;
    private final Places places;
    private final Met met;

    Candidates(Snapshot snapshot, Places places, Met met) {
        this.snapshot = snapshot;
        this.places = places;
        this.met = met;
    }

    /**
     * Each rule makes several routes with different limits on silence, and a virtual environment has its rules again
     * for app deployments that differ. Users know only the rule, and ask about one app deployment.
     */
    List<CandidateView> rules(Hop hop) {
        List<CandidateView> views = new ArrayList<>();
        @Nullable Route before = null;
        boolean taken = false;
        for (Candidate candidate : hop.lookup().candidates()) {
            Route route = candidate.route();
            if (!isOfSelected(route, hop.settled())) {
                continue;
            }
            if (!route.hasMetadata()) {
                break; // It matches everything, and is not a rule.
            }
            boolean same = before != null
                    && before.getMetadata().equals(route.getMetadata())
                    && base(before.getMatch()).equals(base(route.getMatch()));
            CandidateView view = rule(candidate, hop.settled());
            if (!same) {
                views.add(view);
                taken = false;
            } else if (!taken) {
                views.set(views.size() - 1, view);
            }
            taken |= view.taken();
            before = route;
        }
        met.leftOut()
                .forEach(rule -> views.add(new CandidateView(
                        false,
                        rule.rule(),
                        rule.target().toString(),
                        "left out here: " + rule.why(),
                        places.of(rule.origin()))));
        return views;
    }

    private CandidateView rule(Candidate candidate, RequestHeaders request) {
        Route route = candidate.route();
        String genesis = metadata(route, WireNames.GENESIS_FILTER, "environment");
        String target = metadata(route, Origins.NAMESPACE, Origins.TARGET);
        String leadsTo = target + (genesis.isEmpty() ? "" : " in " + genesis);
        List<ResolvedRoute> rules = find(route, genesis);
        RouteMatch match = base(route.getMatch());
        // Without context preview hosts do not count, so a rule has one of two matches.
        ResolvedRoute exact = rules.stream()
                .filter(one -> base(RuleMatch.of(one.rule(), previewHosts())).equals(match)
                        || base(RuleMatch.of(one.rule(), null)).equals(match))
                .findFirst()
                .orElse(null);
        ResolvedRoute rule = exact != null || rules.isEmpty() ? exact : rules.get(0);
        return new CandidateView(
                candidate.verdict() == Verdict.TAKEN,
                rule == null ? metadata(route, Origins.NAMESPACE, Origins.ORIGIN) : RuleText.of(rule.rule()),
                leadsTo,
                why(candidate, exact, request),
                rule == null ? null : places.of(rule.origin()));
    }

    /** Returns the rules with the same origin as the route. There are several if a rule has alternatives. */
    private List<ResolvedRoute> find(Route route, String genesis) {
        String origin = metadata(route, Origins.NAMESPACE, Origins.ORIGIN);
        return (genesis.isEmpty() ? met : Met.of(new VirtualEnvironmentName(genesis), null, snapshot))
                .rules().stream()
                        .filter(rule -> rule.origin().toString().equals(origin))
                        .toList();
    }

    private String why(Candidate candidate, @Nullable ResolvedRoute rule, RequestHeaders request) {
        if (candidate.verdict() != Verdict.PASSED) {
            return candidate.verdict() == Verdict.TAKEN ? "matches" : "not tried";
        }
        return rule == null
                ? candidate.reason()
                : rule.rule().predicates().stream()
                        .filter(one -> RouteMatching.fails(
                                        RuleMatch.of(new Rule(List.of(one)), previewHosts()), request)
                                .isPresent())
                        .findFirst()
                        .map(one -> fact(one, request))
                        .orElse(candidate.reason());
    }

    private @Nullable String previewHosts() {
        return snapshot.platform().context().host();
    }

    private static String fact(Rule.Predicate predicate, RequestHeaders request) {
        if (predicate instanceof Rule.Not not) {
            return RuleText.of(not.predicate()) + " matches";
        }
        if (predicate instanceof Rule.Host) {
            return "the host is " + request.authority();
        }
        if (predicate instanceof Rule.Method) {
            return "the method is " + request.method();
        }
        if (predicate instanceof Rule.Header header) {
            return request.joined(header.name())
                    .map(value -> "header " + header.name() + " is " + value)
                    .orElse("there is no header " + header.name());
        }
        if (predicate instanceof Rule.NoHeader none) {
            return "there is a header " + none.name();
        }
        if (predicate instanceof Rule.Query query) {
            return request.path().contains(query.name() + "=")
                    ? "query parameter " + query.name() + " has another value"
                    : "there is no query parameter " + query.name();
        }
        String path = request.path();
        int question = path.indexOf('?');
        return "the path is " + (question < 0 ? path : path.substring(0, question));
    }

    /**
     * Returns the match of the rule, without the conditions that distinguish streams, app deployments and safe methods.
     */
    private RouteMatch base(RouteMatch match) {
        List<HeaderMatcher> headers = match.getHeadersList().stream()
                .filter(header ->
                        !header.equals(Websockets.REQUESTED) && !isOfDeployments(header) && !Methods.narrowed(header))
                .toList();
        return match.toBuilder()
                .clearGrpc()
                .clearHeaders()
                .addAllHeaders(headers)
                .build();
    }

    private boolean isOfDeployments(HeaderMatcher header) {
        return header.getName().equals(snapshot.platform().context().deploymentHeader());
    }

    /** Whether it is for requests with the same selection. */
    private boolean isOfSelected(Route route, RequestHeaders request) {
        RouteMatch.Builder selected = RouteMatch.newBuilder().setPrefix("/");
        route.getMatch().getHeadersList().stream().filter(this::isOfDeployments).forEach(selected::addHeaders);
        return RouteMatching.fails(selected.build(), request).isEmpty();
    }

    /** Returns a caller's dependencies by their hosts. */
    List<CandidateView> dependencies(Hop hop) {
        List<CandidateView> views = new ArrayList<>();
        for (VirtualHost host : hop.lookup().hosts()) {
            if (host.getDomainsList().contains("*")) {
                continue;
            }
            boolean taken = host.equals(hop.lookup().host());
            Route first = host.getRoutesList().stream()
                    .filter(route -> isOfSelected(route, hop.settled()))
                    .findFirst()
                    .orElseThrow();
            views.add(new CandidateView(
                    taken,
                    host.getName() + ": host " + String.join(", ", host.getDomainsList()),
                    target(first, host),
                    taken ? "matches" : "the host is " + hop.settled().authority(),
                    null));
        }
        return views;
    }

    /** Routes that have the same metadata leave it to their virtual host. */
    private static String target(Route route, VirtualHost host) {
        String own = metadata(route, Origins.NAMESPACE, Origins.TARGET);
        return own.isEmpty() ? metadata(host.getMetadata(), Origins.NAMESPACE, Origins.TARGET) : own;
    }

    static String metadata(Route route, String namespace, String key) {
        return metadata(route.getMetadata(), namespace, key);
    }

    private static String metadata(Metadata metadata, String namespace, String key) {
        return Optional.ofNullable(metadata.getFilterMetadataMap().get(namespace))
                .map(struct -> struct.getFieldsMap().get(key))
                .map(value -> value.getStringValue())
                .orElse("");
    }
}
