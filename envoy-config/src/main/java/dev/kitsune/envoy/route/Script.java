package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import dev.kitsune.envoy.Origins;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import java.util.Map;
import java.util.TreeMap;

/** Runs a listener's named script. */
final class Script {
    private Script() {}

    /** Runs the script with the name of its filter for one route, with arguments. */
    static Route.Builder on(Route.Builder route, String filter, Map<String, String> arguments) {
        Struct.Builder metadata = Struct.newBuilder();
        // The order is the same in every process, because the version of a resource is a digest of its bytes.
        new TreeMap<>(arguments).forEach((name, value) -> metadata.putFields(name, Origins.text(value)));
        route.getMetadataBuilder().putFilterMetadata(filter, metadata.build());
        return route.putTypedPerFilterConfig(filter, named(filter));
    }

    static Any named(String script) {
        return Any.pack(LuaPerRoute.newBuilder().setName(script).build());
    }
}
