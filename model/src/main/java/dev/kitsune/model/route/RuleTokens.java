package dev.kitsune.model.route;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a rule's text into tokens. Invalid text is a token too, so that the parser can report what it expected there.
 */
final class RuleTokens {
    private final String text;
    private final List<RuleToken> tokens = new ArrayList<>();
    private int at;

    private RuleTokens(String text) {
        this.text = text;
    }

    /** Returns the tokens. The last one marks the end. */
    static List<RuleToken> of(String text) {
        RuleTokens tokens = new RuleTokens(text);
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
                add(RuleToken.TokenKind.AND, 2);
            } else if (text.startsWith("||", at)) {
                add(RuleToken.TokenKind.OR, 2);
            } else {
                add(
                        switch (c) {
                            case '(' -> RuleToken.TokenKind.OPEN;
                            case ')' -> RuleToken.TokenKind.CLOSE;
                            case ',' -> RuleToken.TokenKind.COMMA;
                            case '!' -> RuleToken.TokenKind.NOT;
                            default -> RuleToken.TokenKind.WRONG;
                        },
                        1);
            }
        }
        tokens.add(new RuleToken(RuleToken.TokenKind.END, "", text.length()));
    }

    private void word() {
        int end = at;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        add(RuleToken.TokenKind.WORD, end - at);
    }

    private void raw() {
        int close = text.indexOf('`', at + 1);
        if (close < 0) {
            add(RuleToken.TokenKind.WRONG, text.length() - at);
        } else {
            tokens.add(new RuleToken(RuleToken.TokenKind.ARGUMENT, text.substring(at + 1, close), at));
            at = close + 1;
        }
    }

    private void quoted() {
        StringBuilder value = new StringBuilder();
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                tokens.add(new RuleToken(RuleToken.TokenKind.ARGUMENT, value.toString(), at));
                at = i + 1;
                return;
            }
            if (c == '\\' && i + 1 < text.length()) {
                i++;
            }
            value.append(text.charAt(i));
        }
        add(RuleToken.TokenKind.WRONG, text.length() - at);
    }

    private void add(RuleToken.TokenKind kind, int length) {
        tokens.add(new RuleToken(kind, text.substring(at, at + length), at));
        at += length;
    }
}
