package dev.kitsune.envoy.listener;

import com.google.common.io.Resources;
import com.google.protobuf.Any;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Platform.Context;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The scripts that Envoy runs. What differs is put in front as constants, so that the scripts can be read and tested. */
final class LuaFilter {
    private static final String NORMALISER = script("normaliser.lua");
    private static final String GENESIS = script("genesis.lua");
    private static final String QUERY = script("query.lua");

    private LuaFilter() {}

    /**
     * Settles the context.
     *
     * @param defaultEnvironment of a request that names none; empty for none
     */
    static Any normaliser(String direction, Context context, String defaultEnvironment) {
        boolean gateway = direction.equals("gw");
        return lua(constant("DIRECTION", direction)
                + constant("SCOPE", WireNames.SCOPE_HEADER)
                + constant("HEADER", context.header())
                + constant("DEFAULT", defaultEnvironment)
                + constant("BAGGAGE", context.baggage())
                + constant("QUERY", gateway && context.query())
                + NORMALISER);
    }

    /** Puts the environment of the rule that was met on a request without context; routes choose the script by its name. */
    static Any genesis(Context context) {
        return named(
                WireNames.GENESIS_FILTER,
                constant("HEADER", context.header()) + constant("BAGGAGE", context.baggage()) + GENESIS);
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

    /** The texts are names that were checked against their grammar: nothing in them needs an escape. */
    private static String constant(String name, String text) {
        if (!text.matches("[A-Za-z0-9._/-]*")) {
            throw new IllegalArgumentException("not a name: " + text);
        }
        return "local " + name + " = \"" + text + "\"\n";
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
