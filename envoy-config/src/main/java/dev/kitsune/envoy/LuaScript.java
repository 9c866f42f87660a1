package dev.kitsune.envoy;

import com.google.common.io.Resources;
import dev.kitsune.model.manifest.Platform.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * The scripts that Envoy runs. The values that differ are prepended as constants, so that the scripts can be read and
 * tested.
 */
public final class LuaScript {
    private static final String BAGGAGE = read(LuaScript.class, "baggage.lua");

    /** The function with which scripts put the context into baggage. */
    public static final String PUT_BAGGAGE = read(LuaScript.class, "put-baggage.lua");

    private LuaScript() {}

    /** Returns the script in the package of a class. */
    public static String read(Class<?> beside, String name) {
        try {
            return Resources.toString(Resources.getResource(beside, name), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the constants and functions for scripts that change the context in baggage. */
    public static String baggage(Context context) {
        return constant("HEADER", context.header()) + constant("DEPLOYMENT", context.deploymentHeader()) + BAGGAGE;
    }

    public static String constant(String name, String text) {
        return "local " + name + " = " + quoted(text) + "\n";
    }

    public static String constant(String name, SortedMap<String, String> table) {
        return "local " + name + " = {"
                + table.entrySet().stream()
                        .map(entry -> "[" + quoted(entry.getKey()) + "] = " + quoted(entry.getValue()))
                        .collect(Collectors.joining(", "))
                + "}\n";
    }

    public static String constant(String name, boolean value) {
        return "local " + name + " = " + value + "\n";
    }

    /** The texts are names that were checked against their grammar, so they need no escapes. */
    private static String quoted(String text) {
        if (!text.matches("[!#-\\[\\]-~]*")) {
            throw new IllegalArgumentException("not a name: " + text);
        }
        return "\"" + text + "\"";
    }
}
