package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import dev.kitsune.envoy.LuaScript;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Platform.Context;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The scripts of the listeners. */
final class LuaFilter {
    /** The placeholder of the virtual environment's name in a pattern of preview hosts. */
    private static final String VIRTUAL_ENVIRONMENT = "{env}";

    private static final String LOAD = LuaScript.read(LuaFilter.class, "load.lua");
    private static final String NORMALISER = LuaScript.read(LuaFilter.class, "normaliser.lua");
    private static final String GENESIS = LuaScript.read(LuaFilter.class, "genesis.lua");
    private static final String USED = LuaScript.read(LuaFilter.class, "used.lua");
    private static final String USE = LuaScript.read(LuaFilter.class, "use.lua");
    private static final String HTTPS = LuaScript.read(LuaFilter.class, "https.lua");
    private static final String CALL = LuaScript.read(LuaFilter.class, "call.lua");
    private static final String OUTSIDE = LuaScript.read(LuaFilter.class, "outside.lua");

    private LuaFilter() {}

    /**
     * Determines the context.
     *
     * @param defaultVirtualEnvironment of a request that names none; null for none
     */
    static Any sidecar(String direction, Context context, @Nullable VirtualEnvironmentName defaultVirtualEnvironment) {
        return normaliser(direction, context, defaultVirtualEnvironment, "");
    }

    /**
     * Determines the context from all sources.
     *
     * @param defaultVirtualEnvironment of a request that selects an app deployment and names no virtual environment;
     *     null for none
     * @param tokenCookies names of cookies that may hold a token, to the headers that it goes to
     */
    static Any gateway(
            Context context,
            @Nullable VirtualEnvironmentName defaultVirtualEnvironment,
            SortedMap<String, String> tokenCookies) {
        String host = context.host();
        int name = host == null ? 0 : host.indexOf(VIRTUAL_ENVIRONMENT);
        return normaliser(
                RouteName.GatewayRouteName.DIRECTION,
                context,
                defaultVirtualEnvironment,
                LuaScript.constant("QUERY", context.query())
                        + LuaScript.constant("HOST", host != null)
                        + LuaScript.constant("BEFORE", host == null ? "" : host.substring(0, name))
                        + LuaScript.constant(
                                "BEHIND", host == null ? "" : host.substring(name + VIRTUAL_ENVIRONMENT.length()))
                        + LuaScript.constant("COOKIE", context.cookie())
                        + LuaScript.constant("TOKEN_COOKIES", tokenCookies)
                        + LuaScript.constant("DEBUG", WireNames.DEBUG_HEADER)
                        + LuaScript.constant("GRANTED", WireNames.GRANTED)
                        + LuaScript.PUT_BAGGAGE);
    }

    private static Any normaliser(
            String direction,
            Context context,
            @Nullable VirtualEnvironmentName defaultVirtualEnvironment,
            String atGateway) {
        return lua(LuaScript.constant("DIRECTION", direction)
                + LuaScript.constant("SCOPE", WireNames.SCOPE_HEADER)
                + LuaScript.constant("HEADER", context.header())
                + LuaScript.constant("DEPLOYMENT", context.deploymentHeader())
                + LuaScript.constant(
                        "DEFAULT", defaultVirtualEnvironment == null ? "" : defaultVirtualEnvironment.value())
                + LuaScript.constant("BAGGAGE", context.baggage())
                + LuaScript.constant("CALLS", WireNames.CALLS)
                + LuaScript.constant("LOAD_PATH", "/" + WireNames.LOAD_METHOD)
                + atGateway
                + LOAD
                + NORMALISER);
    }

    /**
     * Adds the virtual environment of the matched rule to a request without context, or counts a request with one.
     * Routes select the script by its name.
     */
    static Any genesis(Context context) {
        String genesis = counting(context)
                + LuaScript.constant("BAGGAGE", context.baggage())
                + LuaScript.PUT_BAGGAGE
                + USED
                + GENESIS;
        return Any.pack(Lua.newBuilder()
                .putSourceCodes(WireNames.GENESIS_FILTER, inline(genesis))
                .putSourceCodes(WireNames.USE_FILTER, inline(counting(context) + USED + USE))
                .build());
    }

    /** Counts a request. Routes select the script by its name. */
    static Any use(Context context) {
        return Any.pack(Lua.newBuilder()
                .putSourceCodes(WireNames.USE_FILTER, inline(counting(context) + USED + USE))
                .build());
    }

    private static String counting(Context context) {
        return LuaScript.constant("HEADER", context.header())
                + LuaScript.constant("NAMESPACE", UseLog.NAMESPACE)
                + LuaScript.constant("USED", UseLog.USED)
                + LuaScript.constant("FIRST", UseLog.FIRST);
    }

    /** Sends requests without TLS to the same address with it. */
    static Any https() {
        return lua(HTTPS);
    }

    /** Removes the context from the baggage of a request from outside the mesh. */
    static Any outside(Context context) {
        return lua(LuaScript.baggage(context) + OUTSIDE);
    }

    /** Changes a call that leaves the mesh. Routes select the script by its name. */
    static Any call(Context context) {
        return Any.pack(Lua.newBuilder()
                .putSourceCodes(WireNames.CALL_FILTER, inline(LuaScript.baggage(context) + CALL))
                .build());
    }

    private static Any lua(String code) {
        return Any.pack(Lua.newBuilder().setDefaultSourceCode(inline(code)).build());
    }

    private static DataSource inline(String code) {
        return DataSource.newBuilder().setInlineString(code).build();
    }
}
