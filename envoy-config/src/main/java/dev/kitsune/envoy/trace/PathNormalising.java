package dev.kitsune.envoy.trace;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Envoy's {@code normalize_path}: dots are followed, and characters that need no escape lose it. The query stays as it is. */
final class PathNormalising {
    private static final String UNRESERVED = "-_~";

    private PathNormalising() {}

    static String of(String path) {
        String bare = RouteMatching.withoutQuery(path);
        return followDots(unescape(bare.replace('\\', '/'))) + path.substring(bare.length());
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
            if (segment.equals("..")) {
                kept.pollLast();
            } else if (!segment.equals(".")) {
                kept.addLast(segment);
                continue;
            }
            if (last) {
                kept.addLast("");
            }
        }
        return "/" + String.join("/", kept);
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0;
    }

    private static boolean isUnreserved(char c) {
        return (c < 0x80 && Character.isLetterOrDigit(c)) || UNRESERVED.indexOf(c) >= 0 || c == '.';
    }
}
