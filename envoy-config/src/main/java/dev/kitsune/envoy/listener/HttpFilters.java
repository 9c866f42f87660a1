package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.cluster.EgressCluster;
import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemandCds;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.List;

/** The HTTP filters that Kitsune uses. */
final class HttpFilters {
    private HttpFilters() {}

    /** Sends requests without TLS away before anything else looks at them. */
    static HttpFilter https(Any lua) {
        return filter(WireNames.HTTPS_FILTER, lua);
    }

    /**
     * At sidecars, the routes of a loaded virtual environment turn it off. Their scope was found under the valid name
     * in the header, and the script would cost some of the microseconds that a request takes.
     */
    static HttpFilter normaliser(Any lua) {
        return filter(WireNames.NORMALISER_FILTER, lua);
    }

    /**
     * Fetches the resources that a request needs and that are not loaded. It follows directly after the normaliser. A
     * filter before it that reads a route's configuration would not run for the first request of a virtual environment.
     */
    static HttpFilter onDemand() {
        return filter(
                WireNames.ON_DEMAND_FILTER,
                Any.pack(OnDemand.newBuilder()
                        .setOdcds(OnDemandCds.newBuilder().setSource(Ads.SOURCE).setTimeout(Durations.fromSeconds(3)))
                        .build()));
    }

    /**
     * Counts uses of virtual environments. Only the routes of counted virtual environments turn it on. It follows after
     * {@link #onDemand}, where the virtual environment is determined and loaded, and where each request passes only
     * once.
     */
    static HttpFilter use(Any lua) {
        return filter(WireNames.USE_FILTER, lua);
    }

    /** It is idle, and most routes turn it off, except those that name its script. */
    static HttpFilter call(Any lua) {
        return filter(WireNames.CALL_FILTER, lua);
    }

    /**
     * It is idle, except for routes that name its script. (A route cannot turn on a filter that is {@code disabled}
     * here, because Envoy looks this up before it chooses the scope.)
     */
    static HttpFilter genesis(Any lua) {
        return filter(WireNames.GENESIS_FILTER, lua);
    }

    /**
     * Resolves the hosts of calls that leave the mesh, and lets routes refuse addresses. They are idle for all other
     * routes.
     */
    static List<HttpFilter> egress() {
        return List.of(
                of(
                        "envoy.filters.http.dynamic_forward_proxy",
                        FilterConfig.newBuilder()
                                .setDnsCacheConfig(EgressCluster.ADDRESSES)
                                .setSaveUpstreamAddress(true)
                                .build()),
                of(WireNames.ADDRESSES_FILTER, RBAC.getDefaultInstance()));
    }

    /** Returns any other filter. */
    static HttpFilter of(String name, Message config) {
        return filter(name, Any.pack(config));
    }

    /** Returns the filter of a script. */
    static HttpFilter script(String name, Any lua) {
        return filter(name, lua);
    }

    static HttpFilter router() {
        return filter(
                "envoy.filters.http.router",
                Any.pack(Router.newBuilder().setSuppressEnvoyHeaders(true).build()));
    }

    private static HttpFilter filter(String name, Any config) {
        return HttpFilter.newBuilder().setName(name).setTypedConfig(config).build();
    }
}
