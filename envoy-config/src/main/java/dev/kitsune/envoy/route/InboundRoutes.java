package dev.kitsune.envoy.route;

import dev.kitsune.envoy.cluster.AppClusters;
import dev.kitsune.envoy.cluster.RouteCredentials;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import java.util.List;

/** The routes to the app of a sidecar, which add the virtual environment's variables. */
final class InboundRoutes {
    private InboundRoutes() {}

    static RouteConfiguration of(
            RouteName.InboundRouteName name,
            Declaration declaration,
            ResolvedVirtualEnvironment virtualEnvironment,
            SnapshotView view) {
        Delivery delivery = Delivery.of(declaration, virtualEnvironment);
        VirtualHost.Builder app = VirtualHost.newBuilder().setName("app").addDomains("*");
        Route.Builder route =
                Routes.from(declaration.origin(), name.callee().toString()).setMatch(Routes.EVERYTHING);
        if (delivery.missing().isEmpty()) {
            delivery.variables().forEach(v -> app.addRequestHeadersToAdd(Routes.header(v.header(), v.text())));
            route.setRoute(Routes.forward(""));
            RouteCredentials.on(route, AppClusters.credentials(name, delivery, declaration, virtualEnvironment, view));
            // The app receives one value, whichever sidecar or app sent several.
            app.addRoutes(Doubled.ofRequests(view.platform().context().deploymentHeader()));
            app.addAllRoutes(ByProtocol.of(
                    Routes.forwarding(route, null),
                    view.appProtocol(name.callee()),
                    http -> AppClusters.of(http, name, delivery, declaration, virtualEnvironment, view)));
        } else {
            app.addRoutes(Routes.answer(Routes.EVERYTHING, 503, sentence(name, delivery), route));
        }
        RouteConfiguration.Builder routes = Routes.configuration(name, List.of(SharedParts.once(app)));
        if (delivery.secrets().isEmpty()) {
            // A sidecar always has the clusters of its app, except those with secrets.
            routes.putTypedPerFilterConfig(WireNames.ON_DEMAND_FILTER, Routes.OFF);
        }
        PeerCalls.on(routes, name.callee().name(), view);
        return routes.build();
    }

    private static String sentence(RouteName.InboundRouteName name, Delivery delivery) {
        return AnswerText.joined(
                name.callee() + ": ",
                delivery.missing().stream().map(Delivery.Missing::sentence).toList());
    }
}
