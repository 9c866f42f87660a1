package dev.kitsune.envoy.route;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Texts of direct answers. Envoy rejects the whole RouteConfiguration if one has more than 4,096 bytes. */
final class AnswerText {
    private static final int LONGEST = 4_096;
    private static final int ROOM_FOR_THE_REST = 64;
    private static final String CUT = "...";

    private AnswerText() {}

    /** Joins all sentences that fit, and adds the number of omitted ones. */
    static String joined(String beginning, List<String> sentences) {
        StringBuilder text = new StringBuilder(beginning);
        int bytes = bytes(beginning);
        for (int i = 0; i < sentences.size(); i++) {
            String next = (i == 0 ? "" : "; ") + sentences.get(i);
            bytes += bytes(next);
            if (bytes > LONGEST - ROOM_FOR_THE_REST) {
                return text + (i == 0 ? "" : "; ") + "and " + (sentences.size() - i) + " more: `kitsune check`";
            }
            text.append(next);
        }
        return text.toString();
    }

    /** Returns the text, shortened to the length that Envoy accepts. */
    static String fitting(String text) {
        if (bytes(text) <= LONGEST) {
            return text;
        }
        int end = 0;
        int bytes = CUT.length();
        while (true) {
            int c = text.codePointAt(end);
            bytes += bytes(Character.toString(c));
            if (bytes > LONGEST) {
                return text.substring(0, end) + CUT;
            }
            end += Character.charCount(c);
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
