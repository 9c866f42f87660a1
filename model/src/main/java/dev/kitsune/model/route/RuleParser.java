package dev.kitsune.model.route;

import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.route.RuleTemplate.Condition;
import dev.kitsune.model.route.RuleTemplate.Parsed;
import dev.kitsune.model.route.Token.Kind;
import dev.kitsune.model.template.Expression;
import dev.kitsune.model.template.SyntaxError;
import dev.kitsune.model.template.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Text to a rule: predicates joined by {@code &&}, one method for each level of precedence. */
final class RuleParser {
    private static final String USABLE = "; a rule is Host, Path, PathPrefix, Method, Header and Query joined by &&";

    /** Ends parsing at the first error: behind it, positions mean little. */
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

    RuleParser(String text) {
        this.tokens = Tokens.of(text);
    }

    Parsed parse() {
        try {
            Condition condition = conjunction();
            Token next = peek();
            if (next.kind() != Kind.END) {
                throw unexpected(next, "expected && or the end");
            }
            return new Parsed.Right(new RuleTemplate(condition));
        } catch (Stop stop) {
            return stop.wrong;
        }
    }

    private Condition conjunction() throws Stop {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(predicate());
        while (peek().kind() == Kind.AND) {
            at++;
            conditions.add(predicate());
        }
        return conditions.size() == 1 ? conditions.get(0) : new Condition.AllOf(conditions);
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
                    "\"" + name.text() + "\" is no predicate" + DidYouMean.hint(name.text(), PredicateKind.words()));
        }
        String usage = "expected " + kind.get().usage();
        expect(Kind.OPEN, usage);
        List<Template> arguments = new ArrayList<>();
        arguments.add(argument(usage));
        while (peek().kind() == Kind.COMMA) {
            at++;
            arguments.add(argument(usage));
        }
        expect(Kind.CLOSE, usage);
        if (arguments.size() != kind.get().arity()) {
            throw stop(name, usage);
        }
        return new Condition.Test(kind.get(), arguments);
    }

    private Template argument(String usage) throws Stop {
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
        for (Expression piece : template.pieces()) {
            if (piece instanceof Expression.Literal literal && literal.text().indexOf('{') >= 0) {
                throw stop(
                        token,
                        "placeholders such as {name} and patterns are not known here: write the text itself, or"
                                + " {{.Vars.NAME}}");
            }
        }
        return template;
    }

    private void expect(Kind kind, String usage) throws Stop {
        Token token = next();
        if (token.kind() != kind) {
            throw unexpected(token, usage);
        }
    }

    private static Stop unexpected(Token token, String expected) {
        return switch (token.kind()) {
            case OR, NOT, OPEN -> stop(token, "\"" + token.text() + "\" is not known here" + USABLE);
            case END -> stop(token, expected + ", and the rule ends" + (expected.contains("predicate") ? USABLE : ""));
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
