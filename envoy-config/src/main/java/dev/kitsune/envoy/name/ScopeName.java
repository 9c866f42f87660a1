package dev.kitsune.envoy.name;

import dev.kitsune.envoy.Proxy.Scopes;
import java.util.Optional;

/** The name of a ScopedRouteConfiguration: {@code on-demand/out/shop/frontend@9f1c2ab/main}. */
public record ScopeName(Scopes scopes, RouteName route) {
    @Override
    public String toString() {
        return scopes.text() + "/" + route;
    }

    /**
     * A gRPC client's routes have no scope. The scope decides whether requests are counted, so its name does not
     * contain this.
     */
    public static Optional<ScopeName> parse(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? Optional.empty()
                : Scopes.parse(text.substring(0, slash)).flatMap(scopes -> RouteName.parse(text.substring(slash + 1))
                        .filter(route -> !(route instanceof RouteName.GrpcRouteName)
                                && !(route instanceof RouteName.CountedRouteName)
                                && !(route instanceof RouteName.OutboundRouteName outbound && outbound.shared()))
                        .map(route -> new ScopeName(scopes, route)));
    }
}
