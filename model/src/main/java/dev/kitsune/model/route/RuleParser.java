package dev.kitsune.model.route;

import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.route.Argument.Piece;
import dev.kitsune.model.route.ArgumentTemplate.Part;
import dev.kitsune.model.route.RuleTemplate.Condition;
import dev.kitsune.model.route.RuleTemplate.Parsed;
import dev.kitsune.model.route.Token.Kind;
import dev.kitsune.model.template.Expression;
import dev.kitsune.model.template.SyntaxError;
import dev.kitsune.model.template.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Text to a rule: one method for each level of precedence; {@code !} binds closest, then {@code &&}, then {@code ||}. */
final class RuleParser {
    private static final String USABLE =
            "; a rule is Host, Path, PathPrefix, Method, Header, Query and All, with &&, ||, ! and" + " parentheses";

    /** Deeper than anybody writes, and far from a stack overflow. */
    private static final int DEEPEST = 100;

    /** Ends parsing at the first error, because later positions mean little. */
    private static final class Stop extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Parsed.Wrong wrong;

        Stop(Parsed.Wrong wrong) {
            super(wrong.sentence(), null, false, false);
            this.wrong = wrong;
        }
    }

    private final List<Token> tokens;
    private int at;
    private int depth;

    RuleParser(String text) {
        this.tokens = Tokens.of(text);
    }

    Parsed parse() {
        try {
            Condition condition = disjunction();
            Token next = peek();
            if (next.kind() != Kind.END) {
                throw unexpected(next, "expected &&, || or the end");
            }
            return new Parsed.Right(new RuleTemplate(condition));
        } catch (Stop stop) {
            return stop.wrong;
        }
    }

    private Condition disjunction() throws Stop {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(conjunction());
        while (peek().kind() == Kind.OR) {
            at++;
            conditions.add(conjunction());
        }
        return conditions.size() == 1 ? conditions.get(0) : new RuleTemplate.AnyOf(conditions);
    }

    private Condition conjunction() throws Stop {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(negation());
        while (peek().kind() == Kind.AND) {
            at++;
            conditions.add(negation());
        }
        return conditions.size() == 1 ? conditions.get(0) : new RuleTemplate.AllOf(conditions);
    }

    private Condition negation() throws Stop {
        Token first = peek();
        if (first.kind() != Kind.NOT && first.kind() != Kind.OPEN) {
            return predicate();
        }
        if (++depth > DEEPEST) {
            throw stop(first, "more than " + DEEPEST + " parentheses and ! inside each other");
        }
        at++;
        Condition condition;
        if (first.kind() == Kind.NOT) {
            condition = new RuleTemplate.Not(negation());
        } else {
            condition = disjunction();
            expect(Kind.CLOSE, "expected &&, || or )");
        }
        depth--;
        return condition;
    }

    private Condition predicate() throws Stop {
        Token name = next();
        if (name.kind() != Kind.WORD) {
            throw unexpected(name, "expected a predicate");
        }
        Optional<PredicateKind> kind = PredicateKind.of(name.text());
        if (kind.isEmpty()) {
            throw stop(
                    name,
                    "\"" + name.text() + "\" is not a predicate" + DidYouMean.hint(name.text(), PredicateKind.words()));
        }
        String usage = "expected " + kind.get().usage();
        expect(Kind.OPEN, usage);
        List<ArgumentTemplate> arguments = new ArrayList<>();
        if (peek().kind() != Kind.CLOSE) {
            arguments.add(argument(kind.get(), 0));
        }
        while (peek().kind() == Kind.COMMA) {
            at++;
            arguments.add(argument(kind.get(), arguments.size()));
        }
        expect(Kind.CLOSE, usage);
        if (arguments.size() != kind.get().arity()) {
            throw stop(name, usage);
        }
        return new RuleTemplate.Test(kind.get(), arguments);
    }

    private ArgumentTemplate argument(PredicateKind kind, int index) throws Stop {
        String usage = "expected " + kind.usage();
        Token token = next();
        if (token.kind() != Kind.ARGUMENT) {
            throw unexpected(token, usage);
        }
        var parsed = Template.parse(token.text());
        if (parsed instanceof SyntaxError error) {
            throw new Stop(
                    new Parsed.Wrong(ProblemCode.TemplateError, token.offset() + 1 + error.offset(), error.sentence()));
        }
        Template template = (Template) parsed;
        for (String secret : template.secrets()) {
            throw new Stop(new Parsed.Wrong(
                    ProblemCode.SecretNotInjectable,
                    token.offset(),
                    "secret " + secret + " cannot stand in a rule: rules are no secrets;"
                            + " compare it in the app, as a secret that the component declares"));
        }
        List<Part> parts = new ArrayList<>();
        for (Expression expression : template.pieces()) {
            if (expression instanceof Expression.Literal literal) {
                for (Piece piece : pieces(literal.text(), token)) {
                    parts.add(part(piece));
                }
            } else {
                parts.add(new Part.Text(new Template(List.of(expression))));
            }
        }
        if (parts.stream().anyMatch(Part.Open.class::isInstance) && !kind.opens(index)) {
            throw stop(token, "a placeholder cannot stand here: expected " + kind.usage());
        }
        return new ArgumentTemplate(parts);
    }

    private static Part part(Piece piece) {
        return piece instanceof Argument.Hole hole
                ? new Part.Open(hole)
                : new Part.Text(new Template(List.of(new Expression.Literal(((Argument.Fixed) piece).text()))));
    }

    private static List<Piece> pieces(String text, Token token) throws Stop {
        try {
            return Placeholders.in(text);
        } catch (Placeholders.Malformed e) {
            throw stop(token, String.valueOf(e.getMessage()));
        }
    }

    private void expect(Kind kind, String usage) throws Stop {
        Token token = next();
        if (token.kind() != kind) {
            throw unexpected(token, usage);
        }
    }

    private static Stop unexpected(Token token, String expected) {
        return switch (token.kind()) {
            case END -> stop(token, expected + ", but the rule ends" + (expected.contains("predicate") ? USABLE : ""));
            case WRONG ->
                stop(
                        token,
                        token.text().startsWith("`") || token.text().startsWith("\"")
                                ? "a closing " + token.text().charAt(0) + " is missing"
                                : expected + ", not \"" + token.text() + "\"");
            default -> stop(token, expected + ", not \"" + token.text() + "\"");
        };
    }

    private static Stop stop(Token token, String sentence) {
        return new Stop(new Parsed.Wrong(ProblemCode.RuleError, token.offset(), sentence));
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }
}
