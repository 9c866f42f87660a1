package dev.kitsune.envoy.gate;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks Envoy's format strings. Envoy rejects the whole listener or table of routes for one that it cannot parse. A
 * user's text is not a format, and its percent signs are doubled. A command that Kitsune does not write is therefore a
 * user's text that was not escaped.
 */
final class FormatRule {
    private static final Pattern COMMAND = Pattern.compile("%([A-Z0-9_]+)(?:\\([^)]*\\))?(?::[0-9]+)?%");
    private static final Set<String> OURS = Set.of(
            "COALESCE",
            "DOWNSTREAM_PEER_URI_SAN",
            "DYNAMIC_METADATA",
            "LOCAL_REPLY_BODY",
            "METADATA",
            "REQ",
            "RESPONSE_CODE",
            "RESPONSE_CODE_DETAILS",
            "SECRET",
            "UPSTREAM_TRANSPORT_FAILURE_REASON");

    static final String EXPECTED = "a format whose commands are Kitsune's, with each other percent sign doubled";

    private FormatRule() {}

    static boolean isRight(String format) {
        Matcher command = COMMAND.matcher(format);
        int at = format.indexOf('%');
        while (at >= 0) {
            if (format.startsWith("%%", at)) {
                at += 2;
            } else if (command.region(at, format.length()).lookingAt() && OURS.contains(command.group(1))) {
                at = command.end();
            } else {
                return false;
            }
            at = format.indexOf('%', at);
        }
        return true;
    }
}
