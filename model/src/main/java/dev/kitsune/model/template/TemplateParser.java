package dev.kitsune.model.template;

import dev.kitsune.model.problem.DidYouMean;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Text to a template: literal text, and between braces one value or one function with its arguments. */
final class TemplateParser {
    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";
    private static final List<String> ROOTS = List.of("Vars", "Secrets");

    /** Ends parsing at the first error, because later positions mean little. */
    private static final class TemplateSyntaxException extends Exception {
        private static final long serialVersionUID = 1;
        private final transient SyntaxError error;

        TemplateSyntaxException(SyntaxError error) {
            super(error.sentence(), null, false, false);
            this.error = error;
        }
    }

    private final String text;
    private int at;

    TemplateParser(String text) {
        this.text = text;
    }

    ParsedTemplate parse() {
        List<Expression> pieces = new ArrayList<>();
        try {
            while (at < text.length()) {
                int open = text.indexOf(OPEN, at);
                int end = open < 0 ? text.length() : open;
                if (end > at) {
                    pieces.add(new Expression.Literal(text.substring(at, end)));
                }
                at = end;
                if (open >= 0) {
                    at += OPEN.length();
                    pieces.add(action(open));
                }
            }
        } catch (TemplateSyntaxException stop) {
            return stop.error;
        }
        return new Template(pieces);
    }

    private Expression action(int open) throws TemplateSyntaxException {
        skipSpaces();
        Expression result;
        if (Character.isLetter(peek())) {
            result = call();
        } else {
            result = operand();
            skipSpaces();
        }
        if (!text.startsWith(CLOSE, at)) {
            throw at >= text.length()
                    ? stop(open, "\"{{\" is not closed: \"}}\" is expected")
                    : stop(at, "one value or one function is expected between \"{{\" and \"}}\"");
        }
        at += CLOSE.length();
        return result;
    }

    private Expression call() throws TemplateSyntaxException {
        int start = at;
        String word = word();
        Optional<Function> function = Function.of(word);
        if (function.isEmpty()) {
            throw stop(start, "\"" + word + "\" is not a function" + DidYouMean.hint(word, Function.words()));
        }
        List<Expression> arguments = new ArrayList<>();
        skipSpaces();
        while (at < text.length() && !text.startsWith(CLOSE, at)) {
            arguments.add(operand());
            skipSpaces();
        }
        if (!function.get().takes(arguments.size())) {
            throw stop(start, "expected {{" + function.get().usage() + "}}");
        }
        return new Expression.FunctionCall(function.get(), arguments);
    }

    private Expression operand() throws TemplateSyntaxException {
        return switch (peek()) {
            case '"' -> new Expression.Literal(quoted());
            case '`' -> new Expression.Literal(raw());
            case '.' -> reference();
            default -> throw stop(at, "expected .Vars.NAME, .Secrets.NAME or a text in quotes");
        };
    }

    private Expression reference() throws TemplateSyntaxException {
        int start = at++;
        String root = word();
        if (!ROOTS.contains(root)) {
            throw stop(start, "\"." + root + "\" is unknown" + DidYouMean.hint(root, ROOTS));
        }
        if (peek() != '.') {
            throw stop(at, "a name is expected: ." + root + ".NAME");
        }
        at++;
        String name = word();
        if (name.isEmpty()) {
            throw stop(at, "a name is expected: ." + root + ".NAME");
        }
        return root.equals("Vars") ? new Expression.VariableReference(name) : new Expression.SecretReference(name);
    }

    private String quoted() throws TemplateSyntaxException {
        int start = at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            if (c == '\\' && at < text.length()) {
                char escaped = text.charAt(at++);
                switch (escaped) {
                    case 'n' -> value.append('\n');
                    case 't' -> value.append('\t');
                    case '"', '\\' -> value.append(escaped);
                    default ->
                        throw stop(at - 2, "\"\\" + escaped + "\" is unknown: \\\", \\\\, \\n and \\t are known");
                }
            } else {
                value.append(c);
            }
        }
        throw stop(start, "a closing \" is missing");
    }

    private String raw() throws TemplateSyntaxException {
        int close = text.indexOf('`', at + 1);
        if (close < 0) {
            throw stop(at, "a closing ` is missing");
        }
        String value = text.substring(at + 1, close);
        at = close + 1;
        return value;
    }

    private String word() {
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '-' || text.charAt(at) == '_')) {
            at++;
        }
        return text.substring(start, at);
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private void skipSpaces() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private static TemplateSyntaxException stop(int offset, String sentence) {
        return new TemplateSyntaxException(new SyntaxError(offset, sentence));
    }
}
