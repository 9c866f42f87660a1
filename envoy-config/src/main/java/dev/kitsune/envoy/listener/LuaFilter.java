package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import dev.kitsune.envoy.LuaScript;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Platform.Context;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;

/** The scripts of the listeners. */
final class LuaFilter {
    private static final String NORMALISER = LuaScript.read(LuaFilter.class, "normaliser.lua");
    private static final String GENESIS = LuaScript.read(LuaFilter.class, "genesis.lua");
    private static final String QUERY = LuaScript.read(LuaFilter.class, "query.lua");

    private LuaFilter() {}

    /**
     * Settles the context.
     *
     * @param defaultEnvironment of a request that names none; empty for none
     */
    static Any normaliser(String direction, Context context, String defaultEnvironment) {
        boolean gateway = direction.equals("gw");
        return lua(LuaScript.constant("DIRECTION", direction)
                + LuaScript.constant("SCOPE", WireNames.SCOPE_HEADER)
                + LuaScript.constant("HEADER", context.header())
                + LuaScript.constant("DEFAULT", defaultEnvironment)
                + LuaScript.constant("BAGGAGE", context.baggage())
                + LuaScript.constant("QUERY", gateway && context.query())
                + NORMALISER);
    }

    /** Puts the environment of the rule that was met on a request without context; routes choose the script by its name. */
    static Any genesis(Context context) {
        return named(
                WireNames.GENESIS_FILTER,
                LuaScript.constant("HEADER", context.header())
                        + LuaScript.constant("BAGGAGE", context.baggage())
                        + GENESIS);
    }

    /** Adds an adapter's query parameters; routes choose the script by its name. */
    static Any query() {
        return named(WireNames.QUERY_FILTER, QUERY);
    }

    private static Any named(String name, String code) {
        return Any.pack(Lua.newBuilder().putSourceCodes(name, inline(code)).build());
    }

    private static Any lua(String code) {
        return Any.pack(Lua.newBuilder().setDefaultSourceCode(inline(code)).build());
    }

    private static DataSource inline(String code) {
        return DataSource.newBuilder().setInlineString(code).build();
    }
}
