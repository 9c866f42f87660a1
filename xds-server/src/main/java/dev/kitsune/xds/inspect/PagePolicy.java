package dev.kitsune.xds.inspect;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The Content-Security-Policy of the page, which is one file. It allows no other origin, and only the script and style
 * of the page itself, by their digests.
 */
final class PagePolicy {
    private PagePolicy() {}

    static String of(byte[] page) {
        String html = new String(page, StandardCharsets.UTF_8);
        return "default-src 'none'; connect-src 'self'; img-src data:; style-src " + digests(html, "style")
                + "; script-src " + digests(html, "script")
                + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    private static String digests(String html, String element) {
        return Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL)
                .matcher(html)
                .results()
                .map(found -> "'sha256-"
                        + Base64.getEncoder()
                                .encodeToString(Hashing.sha256()
                                        .hashString(found.group(1), StandardCharsets.UTF_8)
                                        .asBytes())
                        + "'")
                .collect(Collectors.joining(" "));
    }
}
