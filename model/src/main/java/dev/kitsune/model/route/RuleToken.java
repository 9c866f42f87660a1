package dev.kitsune.model.route;

/**
 * A word of a rule.
 *
 * @param text of an argument without its quotes
 * @param offset from 0 in the rule's text
 */
record RuleToken(TokenKind kind, String text, int offset) {
    enum TokenKind {
        WORD,
        ARGUMENT,
        OPEN,
        CLOSE,
        COMMA,
        AND,
        OR,
        NOT,
        END,
        WRONG
    }
}
