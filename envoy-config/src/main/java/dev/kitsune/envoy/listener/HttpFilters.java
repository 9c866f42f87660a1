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

    /**
     * At sidecars, the routes of a virtual environment that is loaded turn it off: their scope was found under the one
     * good name that the header holds, and of the microseconds of a request's processor time the script takes some.
     */
    static HttpFilter normaliser(Any lua) {
        return filter(WireNames.NORMALISER_FILTER, lua);
    }

    /**
     * Fetches what a request needs and is not there yet. It stands right behind the normaliser: a filter before it that
     * reads a route's configuration would not run for the first request of a virtual environment.
     */
    static HttpFilter onDemand() {
        return filter(
                "envoy.filters.http.on_demand",
                Any.pack(OnDemand.newBuilder()
                        .setOdcds(OnDemandCds.newBuilder().setSource(Ads.SOURCE).setTimeout(Durations.fromSeconds(3)))
                        .build()));
    }

    /**
     * Counts uses of virtual environments; idle, and turned off by all routes but those of virtual environments that
     * are counted. It stands behind {@link #onDemand}: there the virtual environment is settled and loaded, wherever
     * its name was, and a request that had to wait has not come by before.
     */
    static HttpFilter use(Any lua) {
        return filter(WireNames.USE_FILTER, lua);
    }

    /** Idle, and turned off by most routes, but for those that name its script. */
    static HttpFilter query(Any lua) {
        return filter(WireNames.QUERY_FILTER, lua);
    }

    /**
     * Idle, but for routes that name its script. (A filter that is {@code disabled} here stays so: whether a route
     * turns it on is looked up before the scope is chosen.)
     */
    static HttpFilter genesis(Any lua) {
        return filter(WireNames.GENESIS_FILTER, lua);
    }

    /** Resolves the hosts of calls that leave the mesh, and lets routes refuse addresses; idle for all other routes. */
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

    /** Of any other sort. */
    static HttpFilter of(String name, Message config) {
        return filter(name, Any.pack(config));
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
