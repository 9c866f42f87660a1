package dev.kitsune.envoy.listener;

import com.google.common.io.Resources;
import com.google.protobuf.Any;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.Platform.Context;
import dev.kitsune.model.manifest.Platform.Egress;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** The scripts that Envoy runs. What differs is put in front as constants, so that the scripts can be read and tested. */
final class LuaFilter {
    /** Stands for the environment's name in a pattern of preview hosts. */
    private static final String ENVIRONMENT = "{env}";

    private static final String NORMALISER = script("normaliser.lua");
    private static final String GENESIS = script("genesis.lua");
    private static final String QUERY = script("query.lua");
    private static final String BAGGAGE_OFF = script("baggage-off.lua");

    private LuaFilter() {}

    /**
     * Settles the context.
     *
     * @param defaultEnvironment of a request that names none; empty for none
     */
    static Any sidecar(String direction, Context context, String defaultEnvironment) {
        return normaliser(direction, context, defaultEnvironment, "");
    }

    /**
     * Settles the context from all sources.
     *
     * @param tokenCookies names of cookies that may hold a token, to the headers that it goes to
     */
    static Any gateway(Context context, SortedMap<String, String> tokenCookies) {
        String host = context.host();
        int name = host == null ? 0 : host.indexOf(ENVIRONMENT);
        return normaliser(
                RouteName.Gateway.DIRECTION,
                context,
                "",
                constant("QUERY", context.query())
                        + constant("HOST", host != null)
                        + constant("BEFORE", host == null ? "" : host.substring(0, name))
                        + constant("BEHIND", host == null ? "" : host.substring(name + ENVIRONMENT.length()))
                        + constant("COOKIE", context.cookie())
                        + constant("TOKEN_COOKIES", tokenCookies)
                        + constant("DEBUG", WireNames.DEBUG_HEADER)
                        + constant("GRANTED", WireNames.GRANTED));
    }

    private static Any normaliser(String direction, Context context, String defaultEnvironment, String atGateway) {
        return lua(constant("DIRECTION", direction)
                + constant("SCOPE", WireNames.SCOPE_HEADER)
                + constant("HEADER", context.header())
                + constant("DEFAULT", defaultEnvironment)
                + constant("BAGGAGE", context.baggage())
                + atGateway
                + NORMALISER);
    }

    /** Puts the environment of the rule that was met on a request without context; routes choose the script by its name. */
    static Any genesis(Context context) {
        return named(
                WireNames.GENESIS_FILTER,
                constant("HEADER", context.header()) + constant("BAGGAGE", context.baggage()) + GENESIS);
    }

    /** Adds an adapter's query parameters, or takes the context out of baggage; routes choose the script by its name. */
    static Any outbound(Platform platform) {
        Lua.Builder scripts = Lua.newBuilder().putSourceCodes(WireNames.QUERY_FILTER, inline(QUERY));
        if (platform.egress() == Egress.Any) {
            Context context = platform.context();
            scripts.putSourceCodes(
                    WireNames.BAGGAGE_OFF_SCRIPT,
                    inline(constant("HEADER", context.header())
                            + constant("DEPLOYMENT", context.deploymentHeader())
                            + BAGGAGE_OFF));
        }
        return Any.pack(scripts.build());
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

    private static String constant(String name, String text) {
        return "local " + name + " = " + quoted(text) + "\n";
    }

    private static String constant(String name, SortedMap<String, String> table) {
        return "local " + name + " = {"
                + table.entrySet().stream()
                        .map(entry -> "[" + quoted(entry.getKey()) + "] = " + quoted(entry.getValue()))
                        .collect(Collectors.joining(", "))
                + "}\n";
    }

    /** The texts are names that were checked against their grammar: nothing in them needs an escape. */
    private static String quoted(String text) {
        if (!text.matches("[!#-\\[\\]-~]*")) {
            throw new IllegalArgumentException("not a name: " + text);
        }
        return "\"" + text + "\"";
    }

    private static String constant(String name, boolean value) {
        return "local " + name + " = " + value + "\n";
    }

    private static String script(String name) {
        try {
            return Resources.toString(Resources.getResource(LuaFilter.class, name), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
