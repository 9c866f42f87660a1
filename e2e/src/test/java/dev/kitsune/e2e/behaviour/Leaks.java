package dev.kitsune.e2e.behaviour;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Finds secrets in texts, in every encoding. */
public final class Leaks {
    private static final Pattern LETTERS_AND_DIGITS = Pattern.compile("[A-Za-z0-9]+");

    private final Map<String, String> searched = new LinkedHashMap<>();

    /**
     * Adds a secret to the search.
     *
     * @param name the name of the secret in failures
     */
    public Leaks secret(String name, String value) {
        write(name, value);
        write(name + " as bearer token", "Bearer " + value);
        write(name + " as password", "shop:" + value);
        // The alphanumeric middle of a value is the same in every escaped form, and in Base64 at one of three offsets.
        String core = core(value);
        put(name + ", core", core);
        put(name + ", core in hex", HexFormat.of().formatHex(core.getBytes(StandardCharsets.UTF_8)));
        for (int skipped = 0; skipped < 3; skipped++) {
            int whole = (core.length() - skipped) / 3 * 3;
            put(name + ", core in base64 from " + skipped, base64(core.substring(skipped, skipped + whole)));
        }
        return this;
    }

    /** Adds a secret of letters, digits, and the two other characters of Base64 for URLs, such as a key or a token. */
    public Leaks token(String name, String value) {
        write(name, value);
        put(name + " in hex", HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8)));
        for (int skipped = 0; skipped < 3; skipped++) {
            int whole = (value.length() - skipped) / 3 * 3;
            put(name + ", in base64 from " + skipped, base64(value.substring(skipped, skipped + whole)));
        }
        return this;
    }

    private void write(String name, String text) {
        put(name, text);
        put(name + " in base64", base64(text).replace("=", ""));
        put(
                name + " in base64 for URLs",
                Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
        put(name + " in JSON", new String(JsonStringEncoder.getInstance().quoteAsString(text)));
        put(name + " in JSON, by numbers", text.replace("\"", "\\u0022").replace("\\", "\\u005c"));
        put(name + " in HTML", text.replace("&", "&amp;").replace("\"", "&quot;"));
        put(name + " in a form", URLEncoder.encode(text, StandardCharsets.UTF_8));
        put(name + " in a URL", URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20"));
        put(name + " in an Envoy format", text.replace("%", "%%"));
        put(name + " in YAML", text.replace("'", "''"));
    }

    private void put(String how, String text) {
        searched.put(how, text);
    }

    /** Returns all encodings in which a secret is in the text. */
    public List<String> in(String text) {
        List<String> found = new ArrayList<>();
        searched.forEach((how, written) -> {
            if (text.contains(written)) {
                found.add(how);
            }
        });
        return found;
    }

    /** Returns the longest run of letters and digits. */
    private static String core(String value) {
        String longest = LETTERS_AND_DIGITS
                .matcher(value)
                .results()
                .map(MatchResult::group)
                .max(Comparator.comparingInt(String::length))
                .orElse("");
        if (longest.length() < 12) {
            throw new IllegalArgumentException("a secret for a search needs twelve letters or digits in a row");
        }
        return longest;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
