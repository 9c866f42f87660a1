package dev.kitsune.envoy.trace;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Envoy's normalisation of a path. Escaped slashes are unescaped ({@code path_with_escaped_slashes_action}), dot
 * segments are resolved and unnecessary escapes removed ({@code normalize_path}), and repeated slashes are merged
 * ({@code merge_slashes}). The query is not changed.
 */
final class PathNormalising {
    private static final String UNRESERVED = "-_~";
    private static final Pattern ESCAPED_SLASH = Pattern.compile("%2[fF]|%5[cC]");
    private static final Pattern SLASHES = Pattern.compile("/{2,}");

    private PathNormalising() {}

    static String of(String path, HttpConnectionManager manager) {
        String bare = RouteMatching.withoutQuery(path);
        String slashes =
                switch (manager.getPathWithEscapedSlashesAction()) {
                    case UNESCAPE_AND_FORWARD -> ESCAPED_SLASH.matcher(bare).replaceAll("/");
                    case IMPLEMENTATION_SPECIFIC_DEFAULT, KEEP_UNCHANGED -> bare;
                    default -> throw KnownFields.unknown("what becomes of escaped slashes");
                };
        String normal = followDots(slashes.replace('\\', '/'));
        return (manager.getMergeSlashes() ? SLASHES.matcher(normal).replaceAll("/") : normal)
                + path.substring(bare.length());
    }

    private static String unescape(String path) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%' && i + 2 < path.length() && isHex(path.charAt(i + 1)) && isHex(path.charAt(i + 2))) {
                char meant = (char) Integer.parseInt(path.substring(i + 1, i + 3), 16);
                if (isUnreserved(meant)) {
                    out.append(meant);
                    i += 2;
                    continue;
                }
            }
            out.append(c);
        }
        return out.toString();
    }

    private static String followDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        List<String> segments = new ArrayList<>(List.of(path.split("/", -1)));
        for (int i = 1; i < segments.size(); i++) {
            String segment = segments.get(i);
            boolean last = i == segments.size() - 1;
            String dots = dots(segment);
            if (dots.equals("..")) {
                kept.pollLast();
            } else if (!dots.equals(".")) {
                kept.addLast(unescape(segment));
                continue;
            }
            if (last) {
                kept.addLast("");
            }
        }
        return "/" + String.join("/", kept);
    }

    /** Dot segments with parameters are resolved only if they are not escaped. */
    private static String dots(String segment) {
        int parameters = segment.indexOf(';');
        return parameters < 0 ? unescape(segment) : segment.substring(0, parameters);
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0;
    }

    private static boolean isUnreserved(char c) {
        return (c < 0x80 && Character.isLetterOrDigit(c)) || UNRESERVED.indexOf(c) >= 0 || c == '.';
    }
}
