package dev.kitsune.model.route;

import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.template.Scope;
import dev.kitsune.model.template.Template;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A rule as its user wrote it. Variables are put into arguments after parsing, so that no variable's text can become
 * rule syntax.
 */
public record RuleTemplate(RuleCondition condition) {

    /** A rule, or the error in its text. */
    public sealed interface ParsedRule {
        /** A rule whose text is valid for all values of variables. */
        record ValidRule(RuleTemplate rule) implements ParsedRule {}

        /**
         * A text that is not a rule.
         *
         * @param offset from 0 in the rule's text
         */
        record InvalidRule(ProblemCode code, int offset, String sentence) implements ParsedRule {}
    }

    /** A condition on a request. */
    public sealed interface RuleCondition {}

    /** All of several conditions. */
    record AllOf(List<RuleCondition> conditions) implements RuleCondition {
        AllOf {
            conditions = List.copyOf(conditions);
        }
    }

    /** One of several conditions. */
    record AnyOf(List<RuleCondition> conditions) implements RuleCondition {
        AnyOf {
            conditions = List.copyOf(conditions);
        }
    }

    /** The negation of a condition. */
    record Negation(RuleCondition condition) implements RuleCondition {}

    /** One predicate. */
    record Test(PredicateKind kind, List<ArgumentTemplate> arguments) implements RuleCondition {
        Test {
            arguments = List.copyOf(arguments);
        }
    }

    /** A rule for one virtual environment, or the reasons why there is none. */
    public sealed interface RuleRendering {
        /** The resulting rules. Each of them is independent, and each occurs once. */
        record RenderedRules(List<Rule> rules) implements RuleRendering {
            public RenderedRules {
                rules = List.copyOf(rules);
            }
        }

        /** At least one fault. */
        record FailedRule(List<Template.TemplateFault> faults) implements RuleRendering {
            public FailedRule {
                faults = List.copyOf(faults);
            }
        }
    }

    public static ParsedRule parse(String text) {
        return new RuleParser(text).parse();
    }

    /** The names of the variables that it uses. */
    public Set<String> variables() {
        Set<String> names = new HashSet<>();
        collectVariables(condition, names);
        return names;
    }

    private static void collectVariables(RuleCondition condition, Set<String> names) {
        if (condition instanceof AllOf all) {
            all.conditions().forEach(c -> collectVariables(c, names));
        } else if (condition instanceof AnyOf any) {
            any.conditions().forEach(c -> collectVariables(c, names));
        } else if (condition instanceof Negation not) {
            collectVariables(not.condition(), names);
        } else if (condition instanceof Test test) {
            test.arguments().forEach(a -> names.addAll(a.variables()));
        }
    }

    public RuleRendering render(Scope scope) {
        return new RuleRenderer(scope).render(condition);
    }
}
