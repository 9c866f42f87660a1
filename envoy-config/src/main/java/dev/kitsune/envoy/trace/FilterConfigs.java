package dev.kitsune.envoy.trace;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the configuration of a filter for a route: that of the route, else of its virtual host, else of the table. */
final class FilterConfigs {
    private FilterConfigs() {}

    /** Whether a filter is off. Envoy decides this before any filter runs, by the route at that time. */
    static boolean isOff(HttpFilter filter, @Nullable RouteTable table) {
        return Optional.ofNullable(table)
                .flatMap(found -> found.filterConfig(filter.getName()))
                .map(config -> config.is(FilterConfig.class)
                        && unpack(config, FilterConfig.class).getDisabled())
                .orElse(filter.getDisabled());
    }

    /** Returns the script of a Lua filter for the current route; empty if it is idle. */
    static Optional<String> script(HttpFilter filter, @Nullable RouteTable table) {
        Lua lua = unpack(filter.getTypedConfig(), Lua.class);
        Optional<LuaPerRoute> perRoute = Optional.ofNullable(table)
                .flatMap(found -> found.filterConfig(filter.getName()))
                .filter(config -> config.is(LuaPerRoute.class))
                .map(config -> unpack(config, LuaPerRoute.class));
        if (perRoute.isPresent()) {
            return switch (perRoute.get().getOverrideCase()) {
                case NAME ->
                    Optional.of(
                            lua.getSourceCodesOrThrow(perRoute.get().getName()).getInlineString());
                case DISABLED -> Optional.empty();
                default -> throw KnownFields.unknown("a route's own script");
            };
        }
        return lua.hasDefaultSourceCode()
                ? Optional.of(lua.getDefaultSourceCode().getInlineString())
                : Optional.empty();
    }

    static <M extends com.google.protobuf.Message> M unpack(Any any, Class<M> as) {
        try {
            return any.unpack(as);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a resource that we made is not well formed", e);
        }
    }
}
