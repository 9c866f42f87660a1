package dev.kitsune.envoy.bootstrap;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import dev.kitsune.envoy.Addresses;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;

/**
 * A port of an Envoy that says whether it has its configuration. An Envoy opens no port before it has initialised, and
 * with this it initialises only when the control plane has answered.
 */
public final class ReadyListener {
    /** The path that is answered with 200, and nothing else is. */
    public static final String PATH = "/ready";

    private static final String NAME = "ready";
    private static final int OK = 200;

    private ReadyListener() {}

    /** Returns the bootstrap with such a port. {@code address}: where it listens; {@code ::} for all addresses */
    public static Bootstrap addTo(Bootstrap bootstrap, String address, int port) {
        Bootstrap.Builder builder = bootstrap.toBuilder();
        builder.getStaticResourcesBuilder().addListeners(listener(address, port));
        builder.getDynamicResourcesBuilder()
                .setLdsConfig(waiting(bootstrap.getDynamicResources().getLdsConfig()))
                .setCdsConfig(waiting(bootstrap.getDynamicResources().getCdsConfig()));
        return builder.build();
    }

    /** By default an Envoy initialises without its listeners and clusters after fifteen seconds for each of them. */
    private static ConfigSource waiting(ConfigSource source) {
        return source.toBuilder()
                .setInitialFetchTimeout(Duration.getDefaultInstance())
                .build();
    }

    private static Listener listener(String address, int port) {
        HttpConnectionManager manager = HttpConnectionManager.newBuilder()
                .setStatPrefix(NAME)
                .setRouteConfig(RouteConfiguration.newBuilder()
                        .setName(NAME)
                        .addVirtualHosts(VirtualHost.newBuilder()
                                .setName(NAME)
                                .addDomains("*")
                                .addRoutes(Route.newBuilder()
                                        .setMatch(RouteMatch.newBuilder().setPath(PATH))
                                        .setDirectResponse(DirectResponseAction.newBuilder()
                                                .setStatus(OK)))))
                .addHttpFilters(HttpFilter.newBuilder()
                        .setName("envoy.filters.http.router")
                        .setTypedConfig(Any.pack(Router.getDefaultInstance())))
                .build();
        return Listener.newBuilder()
                .setName(NAME)
                .setAddress(Addresses.toListen(address, port))
                // A second Envoy on the same port would start silently and take half of the requests.
                .setEnableReusePort(BoolValue.of(false))
                .addFilterChains(FilterChain.newBuilder()
                        .addFilters(Filter.newBuilder()
                                .setName("envoy.filters.network.http_connection_manager")
                                .setTypedConfig(Any.pack(manager))))
                .build();
    }
}
