package dev.kitsune.model.route;

/**
 * A token of a rule.
 *
 * @param text the text, without quotes for an argument
 * @param offset the position in the rule's text, from 0
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
