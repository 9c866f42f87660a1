package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.envoy.route.GrpcCaller;
import dev.kitsune.envoy.route.GrpcRoutes;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;

/**
 * The listener of a gRPC client, which names the routes of the dialled host instead of a port. Undeclared hosts have a
 * listener too, because a client waits fifteen seconds for one that does not exist.
 */
final class ApiListener {
    private ApiListener() {}

    static Listener of(ListenerName.GrpcListenerName name, SnapshotView view) {
        HttpConnectionManager.Builder manager =
                HttpConnectionManager.newBuilder().setStatPrefix("grpc").addHttpFilters(HttpFilters.router());
        GrpcCaller.routes(name, view)
                .ifPresentOrElse(
                        routes -> manager.setRds(
                                Rds.newBuilder().setConfigSource(Ads.SOURCE).setRouteConfigName(routes.toString())),
                        () -> manager.setRouteConfig(GrpcRoutes.undeclared(name.toString())));
        return Listener.newBuilder()
                .setName(name.toString())
                .setApiListener(io.envoyproxy.envoy.config.listener.v3.ApiListener.newBuilder()
                        .setApiListener(Any.pack(manager.build())))
                .build();
    }
}
