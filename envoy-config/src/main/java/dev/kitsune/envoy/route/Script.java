package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import dev.kitsune.envoy.Origins;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;

/** Runs a listener's named script for a route, with one argument. */
final class Script {
    private Script() {}

    static Route.Builder on(Route.Builder route, String filter, String argument, String value) {
        route.getMetadataBuilder()
                .putFilterMetadata(
                        filter,
                        Struct.newBuilder()
                                .putFields(argument, Origins.text(value))
                                .build());
        return route.putTypedPerFilterConfig(
                filter, Any.pack(LuaPerRoute.newBuilder().setName(filter).build()));
    }
}
