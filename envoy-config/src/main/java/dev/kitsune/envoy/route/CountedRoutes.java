package dev.kitsune.envoy.route;

import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;

/**
 * Routes whose requests are counted as uses of their virtual environments. They are the uncounted routes with an
 * additional script. The script comes after every filter that may refuse a request, so a refused request is not a use.
 * Every answer of the virtual environment's routes is one, even if the answer is a refusal.
 */
final class CountedRoutes {
    private CountedRoutes() {}

    static Translated of(RouteName.CountedRouteName name, Translated plain, SnapshotView view) {
        RouteConfiguration.Builder routes =
                ((RouteConfiguration) plain.resource()).toBuilder().setName(name.toString());
        if (plain.standIn()) {
            return new Translated(routes.build(), true);
        }
        if (name.plain() instanceof RouteName.GatewayRouteName gateway) {
            if (GatewayRoutes.mayBeSelected(gateway.virtualEnvironment(), view)) {
                routes.putTypedPerFilterConfig(WireNames.GENESIS_FILTER, Script.named(WireNames.USE_FILTER));
            }
        } else {
            routes.putTypedPerFilterConfig(WireNames.USE_FILTER, Script.named(WireNames.USE_FILTER));
        }
        return new Translated(routes.build(), false);
    }
}
