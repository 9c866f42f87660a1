package dev.kitsune.model.route;

import dev.kitsune.model.route.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts a rule's text into tokens. What is no token is a token too, so that the parser can say what it expected there. */
final class Tokens {
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Tokens(String text) {
        this.text = text;
    }

    /** The last one is the end. */
    static List<Token> of(String text) {
        Tokens tokens = new Tokens(text);
        tokens.cut();
        return tokens.tokens;
    }

    private void cut() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (Character.isLetter(c)) {
                word();
            } else if (c == '`') {
                raw();
            } else if (c == '"') {
                quoted();
            } else if (text.startsWith("&&", at)) {
                add(Kind.AND, 2);
            } else if (text.startsWith("||", at)) {
                add(Kind.OR, 2);
            } else {
                add(
                        switch (c) {
                            case '(' -> Kind.OPEN;
                            case ')' -> Kind.CLOSE;
                            case ',' -> Kind.COMMA;
                            case '!' -> Kind.NOT;
                            default -> Kind.WRONG;
                        },
                        1);
            }
        }
        tokens.add(new Token(Kind.END, "", text.length()));
    }

    private void word() {
        int end = at;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        add(Kind.WORD, end - at);
    }

    private void raw() {
        int close = text.indexOf('`', at + 1);
        if (close < 0) {
            add(Kind.WRONG, text.length() - at);
        } else {
            tokens.add(new Token(Kind.ARGUMENT, text.substring(at + 1, close), at));
            at = close + 1;
        }
    }

    private void quoted() {
        StringBuilder value = new StringBuilder();
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                tokens.add(new Token(Kind.ARGUMENT, value.toString(), at));
                at = i + 1;
                return;
            }
            if (c == '\\' && i + 1 < text.length()) {
                i++;
            }
            value.append(text.charAt(i));
        }
        add(Kind.WRONG, text.length() - at);
    }

    private void add(Kind kind, int length) {
        tokens.add(new Token(kind, text.substring(at, at + length), at));
        at += length;
    }
}
