package dev.kitsune.envoy.route;

import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.envoy.gate.ResourceGate;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Routes of a virtual environment with app deployments that a request can select. Requests that select none are matched
 * first, so that their cost does not depend on the number of app deployments.
 */
final class SelectedRoutes {
    private SelectedRoutes() {}

    /**
     * One list of all.
     *
     * @param header that names the app deployment
     * @param released the routes for requests that select none, or one that does not differ; together they match
     *     everything
     * @param selected the routes of each app deployment that differs; the routes of each together match everything
     */
    static List<Route> of(String header, List<Route> released, Map<String, List<Route>> selected) {
        if (selected.isEmpty()) {
            return released;
        }
        List<Route> routes = new ArrayList<>();
        HeaderMatcher.Builder none = present(header).setInvertMatch(true);
        released.forEach(route -> routes.add(where(route, none)));
        selected.forEach((deployment, of) ->
                usable(deployment, of).forEach(route -> routes.add(where(route, named(header, deployment)))));
        routes.addAll(released);
        return routes;
    }

    /**
     * Unreleased app deployments must never block the released routes. Routes that Envoy would reject are replaced by
     * an answer.
     */
    private static List<Route> usable(String deployment, List<Route> routes) {
        for (Route route : routes) {
            List<ConfigurationFault> faults = ResourceGate.faults(route);
            if (!faults.isEmpty()) {
                return Routes.refused(
                        503,
                        "app deployment " + deployment
                                + " cannot be selected here, because Envoy would refuse its routes: " + faults.get(0)
                                + "; this is a fault of Kitsune, please report it");
            }
        }
        return routes;
    }

    /** Returns a route for all requests that select an app deployment, except one of these. */
    static Route butFor(String header, Collection<String> deployments, Route route) {
        Route.Builder others = where(route, present(header)).toBuilder();
        deployments.forEach(
                name -> others.getMatchBuilder().addHeaders(named(header, name).setInvertMatch(true)));
        return others.build();
    }

    private static Route where(Route route, HeaderMatcher.Builder matcher) {
        Route.Builder narrowed = route.toBuilder();
        narrowed.getMatchBuilder().addHeaders(matcher);
        return narrowed.build();
    }

    private static HeaderMatcher.Builder present(String header) {
        return HeaderMatcher.newBuilder().setName(header).setPresentMatch(true);
    }

    private static HeaderMatcher.Builder named(String header, String deployment) {
        return HeaderMatcher.newBuilder()
                .setName(header)
                .setStringMatch(StringMatcher.newBuilder().setExact(deployment));
    }
}
