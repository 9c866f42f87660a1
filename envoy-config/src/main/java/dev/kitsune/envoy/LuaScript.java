package dev.kitsune.envoy;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The scripts that Envoy runs. What differs is put in front as constants, so that the scripts can be read and tested. */
public final class LuaScript {
    private LuaScript() {}

    /** The script that lies beside a class. */
    public static String read(Class<?> beside, String name) {
        try {
            return Resources.toString(Resources.getResource(beside, name), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The texts are names that were checked against their grammar: nothing in them needs an escape. */
    public static String constant(String name, String text) {
        if (!text.matches("[A-Za-z0-9._:/\\[\\]-]*")) {
            throw new IllegalArgumentException("not a name: " + text);
        }
        return "local " + name + " = \"" + text + "\"\n";
    }

    public static String constant(String name, boolean value) {
        return "local " + name + " = " + value + "\n";
    }
}
