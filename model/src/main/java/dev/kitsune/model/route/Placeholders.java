package dev.kitsune.model.route;

import dev.kitsune.model.route.Argument.Fixed;
import dev.kitsune.model.route.Argument.Hole;
import dev.kitsune.model.route.Argument.Piece;
import java.util.ArrayList;
import java.util.List;

/** Finds {@code {name}} and {@code {name:regex}} in fixed text. */
final class Placeholders {
    private static final java.util.regex.Pattern NAME = java.util.regex.Pattern.compile("[A-Za-z][A-Za-z0-9_-]*+");

    private final String text;
    private final List<Piece> pieces = new ArrayList<>();
    private int at;

    private Placeholders(String text) {
        this.text = text;
    }

    /** The reason why a text cannot be parsed. The message is a sentence. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String sentence) {
            super(sentence, null, false, false);
        }
    }

    static List<Piece> in(String text) throws Malformed {
        Placeholders placeholders = new Placeholders(text);
        placeholders.read();
        return placeholders.pieces;
    }

    private void read() throws Malformed {
        while (at < text.length()) {
            int open = text.indexOf('{', at);
            int end = open < 0 ? text.length() : open;
            if (end > at) {
                pieces.add(new Fixed(text.substring(at, end)));
            }
            at = end;
            if (open >= 0) {
                int close = close(open);
                pieces.add(hole(text.substring(open + 1, close)));
                at = close + 1;
            }
        }
    }

    /** The placeholder ends at its own closing brace; the braces of {@code [0-9]{2}} belong to the regex. */
    private int close(int open) throws Malformed {
        int depth = 0;
        boolean inClass = false;
        for (int i = open; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (inClass) {
                inClass = c != ']' || text.charAt(i - 1) == '[';
            } else if (c == '[') {
                inClass = true;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
        }
        throw new Malformed("a placeholder is not closed: expected {name} or {name:regex}");
    }

    private static Hole hole(String inside) throws Malformed {
        int colon = inside.indexOf(':');
        String name = colon < 0 ? inside : inside.substring(0, colon);
        if (!NAME.matcher(name).matches()) {
            throw new Malformed("\"{" + inside + "}\" is not a placeholder: expected {name} or {name:regex}");
        }
        if (colon < 0) {
            return new Hole("");
        }
        String regex = inside.substring(colon + 1);
        if (regex.isEmpty()) {
            throw new Malformed("placeholder " + name + " has no regex after its colon");
        }
        try {
            PlaceholderPattern.check(regex);
        } catch (Malformed e) {
            throw new Malformed("the regex of placeholder " + name + " cannot be used: " + e.getMessage());
        }
        return new Hole(regex);
    }
}
