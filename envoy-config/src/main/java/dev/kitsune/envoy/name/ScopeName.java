package dev.kitsune.envoy.name;

import dev.kitsune.envoy.Proxy.Scopes;
import java.util.Optional;

/**
 * The name of a ScopedRouteConfiguration: {@code on-demand/out/shop/frontend@9f1c2ab/main}. While Kitsune waits to see
 * whether a proxy still uses a virtual environment, its scope has the name of counted routes.
 */
public record ScopeName(Scopes scopes, RouteName route) {
    @Override
    public String toString() {
        return scopes.text() + "/" + route;
    }

    /** Returns the scope with the same key whose requests are counted as uses. */
    public ScopeName counted() {
        return new ScopeName(scopes, new RouteName.CountedRouteName(route));
    }

    /** A gRPC client's routes have no scope. */
    public static Optional<ScopeName> parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? Optional.empty()
                : Scopes.parse(text.substring(0, slash)).flatMap(scopes -> RouteName.parse(text.substring(slash + 1))
                        .filter(route -> !(route instanceof RouteName.GrpcRouteName)
                                && !(route.plain() instanceof RouteName.OutboundRouteName outbound
                                        && outbound.shared()))
                        .map(route -> new ScopeName(scopes, route)));
    }
}
