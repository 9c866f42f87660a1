package dev.kitsune.model.read;

/** Users' text inside a message: short, and on one line. */
final class Quote {
    private static final int MAX = 80;

    private Quote() {}

    static String quoted(String text) {
        boolean cut = text.codePointCount(0, Math.min(text.length(), 2 * MAX)) > MAX;
        return '"' + oneLine(cut ? text.substring(0, text.offsetByCodePoints(0, MAX)) + "..." : text) + '"';
    }

    static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                line.append("\\n");
            } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        return line.toString();
    }
}
