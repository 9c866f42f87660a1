package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.envoy.route.Destination.ToAdapter;
import dev.kitsune.model.manifest.Adapter.FollowRedirects;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.InternalRedirectPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Redirects that Envoy follows for an app, only to adapters that its component declares.
 *
 * <p>Envoy looks up the target of a redirect twice. First it checks that there is a route whose name the policy allows.
 * Then it sends the request through the listener again, with the headers for the first target. For this reason each
 * target has a route with such a name, which answers direct calls as if it did not exist. The routes before it match
 * only redirected requests. They remove the headers for the first target, add the target's own headers, and rewrite
 * nothing.
 */
final class Redirects {
    private static final int AT_MOST = 5;

    private static final List<Integer> WHILE_READING = List.of(301, 302, 303, 307, 308);

    /**
     * After other codes Envoy would repeat any request. Apps differ in their meaning, so these redirects are left to
     * the app.
     */
    private static final List<Integer> FOR_ANY_METHOD = List.of(303, 307, 308);

    /** Headers that an app may have set for the adapter that it called. */
    private static final List<String> FOR_THE_FIRST_ALONE = List.of("authorization", "cookie", "proxy-authorization");

    private final List<ToAdapter> targets;
    private final Leaving leaving;

    private Redirects(List<ToAdapter> targets, Leaving leaving) {
        this.targets = targets;
        this.leaving = leaving;
    }

    static Redirects among(List<Destination> destinations, Leaving leaving) {
        List<ToAdapter> web = destinations.stream()
                .filter(ToAdapter.class::isInstance)
                .map(ToAdapter.class::cast)
                .filter(to -> !to.adapter().grpc())
                .toList();
        boolean any = web.stream().anyMatch(to -> follows(to) == FollowRedirects.Always);
        return new Redirects(
                web.stream()
                        .filter(to -> any || follows(to) == FollowRedirects.SameHost)
                        // Of two adapters at one host, the one with the longer path comes first.
                        .sorted(Comparator.comparingInt((ToAdapter to) ->
                                        -to.adapter().pathPrefix().length())
                                .thenComparing(ToAdapter::name))
                        .toList(),
                leaving);
    }

    private static FollowRedirects follows(ToAdapter to) {
        return to.adapter().behaviour().followRedirects();
    }

    /** Whether any redirects are followed. If not, the routes contain nothing of this. */
    boolean areFollowed() {
        return !targets.isEmpty();
    }

    /** The hosts to which a redirect may lead. */
    Set<String> hosts() {
        Set<String> hosts = new TreeSet<>();
        targets.forEach(to -> hosts.add(to.adapter().target().domain()));
        return hosts;
    }

    RouteAction.Builder policy(RouteAction.Builder action, ToAdapter from) {
        if (follows(from) == FollowRedirects.Never) {
            return action;
        }
        AllowListedRoutesConfig.Builder allowed = AllowListedRoutesConfig.newBuilder();
        targets.stream()
                .filter(to -> follows(from) == FollowRedirects.Always || to.equals(from))
                .forEach(to -> allowed.addAllowedRouteNames(name(to)));
        return action.setInternalRedirectPolicy(InternalRedirectPolicy.newBuilder()
                .setMaxInternalRedirects(UInt32Value.of(AT_MOST))
                .addAllRedirectResponseCodes(WHILE_READING)
                // The app's own request is plain, whatever its adapter's is; the targets' routes compare the schemes.
                .setAllowCrossSchemeRedirect(true)
                .addPredicates(TypedExtensionConfig.newBuilder()
                        .setName("envoy.internal_redirect_predicates.allow_listed_routes")
                        .setTypedConfig(Any.pack(allowed.build()))));
    }

    /** Limits the followed redirects by method. */
    static void narrow(RouteAction.Builder action, Methods methods) {
        if (action.hasInternalRedirectPolicy() && methods != Methods.READING) {
            action.getInternalRedirectPolicyBuilder()
                    .clearRedirectResponseCodes()
                    .addAllRedirectResponseCodes(FOR_ANY_METHOD);
        }
    }

    /**
     * The routes of redirected requests at one host.
     *
     * @param undeclared the answer to a call that goes to that host directly
     */
    List<Route> routes(String host, Route undeclared) {
        List<Route> routes = new ArrayList<>();
        List<ToAdapter> here = targets.stream()
                .filter(to -> to.adapter().target().domain().equals(host))
                .toList();
        for (ToAdapter to : here) {
            RouteMatch.Builder match = match(to);
            HeaderMatcher redirected = HeaderMatcher.newBuilder()
                    .setName(WireNames.REDIRECTED_HEADER)
                    .setPresentMatch(true)
                    .build();
            List<Route> anyOrigin = forward(to, match.clone().addHeaders(redirected), targets, FOR_THE_FIRST_ALONE);
            routes.addAll(leaving.redirectedWithBaggage(anyOrigin, to.adapter()));
            if (isAloneAtItsPort(to)) {
                routes.addAll(forward(
                        to,
                        match.clone()
                                .addHeaders(header(
                                        WireNames.REDIRECTED_HEADER, "https?://" + authority(to, false) + "/.*")),
                        here,
                        List.of()));
            }
            routes.addAll(anyOrigin);
            routes.add(undeclared.toBuilder().setName(name(to)).setMatch(match).build());
        }
        return routes;
    }

    /**
     * Whether no other adapter has the same host and port. Otherwise the address of the first request, which has no
     * scheme, does not distinguish them.
     */
    private boolean isAloneAtItsPort(ToAdapter to) {
        return targets.stream()
                .filter(other -> authority(other, false).equals(authority(to, false)))
                .allMatch(other -> (other.adapter().target().tls() == null)
                        == (to.adapter().target().tls() == null));
    }

    private List<Route> forward(ToAdapter to, RouteMatch.Builder match, List<ToAdapter> before, List<String> others) {
        Set<String> taken = new TreeSet<>(others);
        before.forEach(from -> taken.addAll(from.adapter().headers().keySet()));
        taken.add(WireNames.REDIRECTED_HEADER);
        RouteAction.Builder action = policy(
                        RetryPolicies.bounded(Routes.forward(to.cluster().toString()), to.dependency()), to)
                .setHostRewriteLiteral(to.adapter().authority());
        Route.Builder route = Adapters.withHeaders(
                Leaving.to(to).setMatch(match).setRoute(action).addAllRequestHeadersToRemove(taken), to);
        // The origin of such a request is unknown, so the retries declared for the adapter do not apply.
        return Routes.byMethod(leaving.redirected(route, to.adapter()), null);
    }

    private RouteMatch.Builder match(ToAdapter to) {
        ResolvedAdapter.HttpAdapter adapter = to.adapter();
        RouteMatch.Builder match = RouteMatch.newBuilder();
        boolean isLast = targets.stream()
                .filter(other -> authority(other, true).equals(authority(to, true)))
                .reduce((first, second) -> second)
                .filter(to::equals)
                .isPresent();
        if (isLast) {
            match.setPrefix("/");
        } else {
            match.setSafeRegex(RegexMatcher.newBuilder().setRegex(Pattern.quote(adapter.pathPrefix()) + "(/.*)?"));
        }
        return match.addHeaders(header(":scheme", adapter.target().tls() == null ? "http" : "https"))
                .addHeaders(header(":authority", "(?i)" + authority(to, true)));
    }

    private static HeaderMatcher header(String name, String regex) {
        return HeaderMatcher.newBuilder()
                .setName(name)
                .setStringMatch(StringMatcher.newBuilder()
                        .setSafeRegex(RegexMatcher.newBuilder().setRegex(regex)))
                .build();
    }

    /** Returns the authority as a regular expression; {@code spelled} also accepts the default port. */
    private static String authority(ToAdapter to, boolean spelled) {
        String authority = to.adapter().authority();
        boolean usual =
                spelled && !authority.endsWith(":" + to.adapter().target().port());
        return Pattern.quote(authority) + (usual ? "(:" + to.adapter().target().port() + ")?" : "");
    }

    private static String name(ToAdapter to) {
        return "redirect/" + to.name();
    }

    /** A redirected request needs the scope to return here, so only requests that may be redirected keep it. */
    RouteConfiguration keepingScope(RouteConfiguration.Builder configuration) {
        configuration.clearRequestHeadersToRemove();
        for (VirtualHost.Builder host : configuration.getVirtualHostsBuilderList()) {
            for (Route.Builder route : host.getRoutesBuilderList()) {
                if (route.hasRoute() && !route.getRoute().hasInternalRedirectPolicy()) {
                    route.addRequestHeadersToRemove(WireNames.SCOPE_HEADER);
                }
            }
        }
        return configuration.build();
    }
}
