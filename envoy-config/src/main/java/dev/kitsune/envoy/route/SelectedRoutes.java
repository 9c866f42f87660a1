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
 * Routes of a virtual environment from which app deployments that a request can select differ. Requests that select
 * none are asked first, and once, so that they cost the same however many there are.
 */
final class SelectedRoutes {
    private SelectedRoutes() {}

    /**
     * One list of all.
     *
     * @param header that names the app deployment
     * @param released the routes where none is selected, or one that does not differ; the last holds for everything
     * @param selected the routes of each app deployment that differs; again the last holds for everything
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
     * What nobody has released costs nothing that is released: routes that Envoy would refuse give way to an answer.
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

    /** Of a route for all requests that select an app deployment, but for those that select one of these. */
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
