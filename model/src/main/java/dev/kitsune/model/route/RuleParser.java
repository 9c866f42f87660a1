package dev.kitsune.model.route;

import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.route.Argument.Piece;
import dev.kitsune.model.template.Expression;
import dev.kitsune.model.template.SyntaxError;
import dev.kitsune.model.template.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parses a rule, with one method for each level of precedence: {@code !} binds strongest, then {@code &&}, then
 * {@code ||}.
 */
final class RuleParser {
    private static final String USABLE =
            "; a rule is Host, Path, PathPrefix, Method, Header, Query and All, with &&, ||, ! and" + " parentheses";

    /** Deeper than any user writes, and far from a stack overflow. */
    private static final int DEEPEST = 100;

    /** Ends parsing at the first error, because later positions mean little. */
    private static final class RuleSyntaxException extends Exception {
        private static final long serialVersionUID = 1;
        private final transient RuleTemplate.ParsedRule.InvalidRule wrong;

        RuleSyntaxException(RuleTemplate.ParsedRule.InvalidRule wrong) {
            super(wrong.sentence(), null, false, false);
            this.wrong = wrong;
        }
    }

    private final List<RuleToken> tokens;
    private int at;
    private int depth;

    RuleParser(String text) {
        this.tokens = RuleTokens.of(text);
    }

    RuleTemplate.ParsedRule parse() {
        try {
            RuleTemplate.RuleCondition condition = disjunction();
            RuleToken next = peek();
            if (next.kind() != RuleToken.TokenKind.END) {
                throw unexpected(next, "expected &&, || or the end");
            }
            return new RuleTemplate.ParsedRule.ValidRule(new RuleTemplate(condition));
        } catch (RuleSyntaxException stop) {
            return stop.wrong;
        }
    }

    private RuleTemplate.RuleCondition disjunction() throws RuleSyntaxException {
        List<RuleTemplate.RuleCondition> conditions = new ArrayList<>();
        conditions.add(conjunction());
        while (peek().kind() == RuleToken.TokenKind.OR) {
            at++;
            conditions.add(conjunction());
        }
        return conditions.size() == 1 ? conditions.get(0) : new RuleTemplate.AnyOf(conditions);
    }

    private RuleTemplate.RuleCondition conjunction() throws RuleSyntaxException {
        List<RuleTemplate.RuleCondition> conditions = new ArrayList<>();
        conditions.add(negation());
        while (peek().kind() == RuleToken.TokenKind.AND) {
            at++;
            conditions.add(negation());
        }
        return conditions.size() == 1 ? conditions.get(0) : new RuleTemplate.AllOf(conditions);
    }

    private RuleTemplate.RuleCondition negation() throws RuleSyntaxException {
        RuleToken first = peek();
        if (first.kind() != RuleToken.TokenKind.NOT && first.kind() != RuleToken.TokenKind.OPEN) {
            return predicate();
        }
        if (++depth > DEEPEST) {
            throw stop(first, "more than " + DEEPEST + " nested parentheses and !");
        }
        at++;
        RuleTemplate.RuleCondition condition;
        if (first.kind() == RuleToken.TokenKind.NOT) {
            condition = new RuleTemplate.Negation(negation());
        } else {
            condition = disjunction();
            expect(RuleToken.TokenKind.CLOSE, "expected &&, || or )");
        }
        depth--;
        return condition;
    }

    private RuleTemplate.RuleCondition predicate() throws RuleSyntaxException {
        RuleToken name = next();
        if (name.kind() != RuleToken.TokenKind.WORD) {
            throw unexpected(name, "expected a predicate");
        }
        Optional<PredicateKind> kind = PredicateKind.of(name.text());
        if (kind.isEmpty()) {
            throw stop(
                    name,
                    "\"" + name.text() + "\" is not a predicate" + DidYouMean.hint(name.text(), PredicateKind.words()));
        }
        String usage = "expected " + kind.get().usage();
        expect(RuleToken.TokenKind.OPEN, usage);
        List<ArgumentTemplate> arguments = new ArrayList<>();
        if (peek().kind() != RuleToken.TokenKind.CLOSE) {
            arguments.add(argument(kind.get(), 0));
        }
        while (peek().kind() == RuleToken.TokenKind.COMMA) {
            at++;
            arguments.add(argument(kind.get(), arguments.size()));
        }
        expect(RuleToken.TokenKind.CLOSE, usage);
        if (arguments.size() != kind.get().arity()) {
            throw stop(name, usage);
        }
        return new RuleTemplate.Test(kind.get(), arguments);
    }

    private ArgumentTemplate argument(PredicateKind kind, int index) throws RuleSyntaxException {
        String usage = "expected " + kind.usage();
        RuleToken token = next();
        if (token.kind() != RuleToken.TokenKind.ARGUMENT) {
            throw unexpected(token, usage);
        }
        var parsed = Template.parse(token.text());
        if (parsed instanceof SyntaxError error) {
            throw new RuleSyntaxException(new RuleTemplate.ParsedRule.InvalidRule(
                    ProblemCode.TemplateError, token.offset() + 1 + error.offset(), error.sentence()));
        }
        Template template = (Template) parsed;
        for (String secret : template.secrets()) {
            throw new RuleSyntaxException(new RuleTemplate.ParsedRule.InvalidRule(
                    ProblemCode.SecretNotInjectable,
                    token.offset(),
                    "secret " + secret + " cannot be used in a rule: rules are not secret; compare it in the app, as a"
                            + " secret that the component declares"));
        }
        List<ArgumentTemplate.ArgumentPart> parts = new ArrayList<>();
        for (Expression expression : template.pieces()) {
            if (expression instanceof Expression.Literal literal) {
                for (Piece piece : pieces(literal.text(), token)) {
                    parts.add(part(piece));
                }
            } else {
                parts.add(new ArgumentTemplate.ArgumentPart.ArgumentText(new Template(List.of(expression))));
            }
        }
        if (parts.stream().anyMatch(ArgumentTemplate.ArgumentPart.Open.class::isInstance) && !kind.opens(index)) {
            throw stop(token, "a placeholder is not allowed here: expected " + kind.usage());
        }
        return new ArgumentTemplate(parts);
    }

    private static ArgumentTemplate.ArgumentPart part(Piece piece) {
        return piece instanceof Argument.Hole hole
                ? new ArgumentTemplate.ArgumentPart.Open(hole)
                : new ArgumentTemplate.ArgumentPart.ArgumentText(
                        new Template(List.of(new Expression.Literal(((Argument.Fixed) piece).text()))));
    }

    private static List<Piece> pieces(String text, RuleToken token) throws RuleSyntaxException {
        try {
            return Placeholders.in(text);
        } catch (Placeholders.Malformed e) {
            throw stop(token, String.valueOf(e.getMessage()));
        }
    }

    private void expect(RuleToken.TokenKind kind, String usage) throws RuleSyntaxException {
        RuleToken token = next();
        if (token.kind() != kind) {
            throw unexpected(token, usage);
        }
    }

    private static RuleSyntaxException unexpected(RuleToken token, String expected) {
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

    private static RuleSyntaxException stop(RuleToken token, String sentence) {
        return new RuleSyntaxException(
                new RuleTemplate.ParsedRule.InvalidRule(ProblemCode.RuleError, token.offset(), sentence));
    }

    private RuleToken peek() {
        return tokens.get(at);
    }

    private RuleToken next() {
        RuleToken token = tokens.get(at);
        if (token.kind() != RuleToken.TokenKind.END) {
            at++;
        }
        return token;
    }
}
