package dev.kitsune.model.route;

import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.template.Scope;
import dev.kitsune.model.template.Template.Fault;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A rule as its user wrote it. Variables are put into arguments after parsing, so that no variable's text can become rule
 * syntax.
 */
public record RuleTemplate(Condition condition) {

    /** A rule, or what is wrong with its text. */
    public sealed interface Parsed {
        /** A rule whose text is right, whatever the variables. */
        record Right(RuleTemplate rule) implements Parsed {}

        /**
         * A text that is no rule.
         *
         * @param offset from 0 in the rule's text
         */
        record Wrong(ProblemCode code, int offset, String sentence) implements Parsed {}
    }

    /** What a request must fulfil. */
    public sealed interface Condition {}

    /** All of some conditions. */
    record AllOf(List<Condition> conditions) implements Condition {
        AllOf {
            conditions = List.copyOf(conditions);
        }
    }

    /** One of some conditions. */
    record AnyOf(List<Condition> conditions) implements Condition {
        AnyOf {
            conditions = List.copyOf(conditions);
        }
    }

    /** Not this one. */
    record Not(Condition condition) implements Condition {}

    /** One predicate. */
    record Test(PredicateKind kind, List<ArgumentTemplate> arguments) implements Condition {
        Test {
            arguments = List.copyOf(arguments);
        }
    }

    /** A rule for one environment, or why there is none. */
    public sealed interface Rendering {
        /** What the rule comes to: each of these holds by itself, and none stands twice. */
        record Done(List<Rule> rules) implements Rendering {
            public Done {
                rules = List.copyOf(rules);
            }
        }

        /** At least one fault. */
        record Failed(List<Fault> faults) implements Rendering {
            public Failed {
                faults = List.copyOf(faults);
            }
        }
    }

    public static Parsed parse(String text) {
        return new RuleParser(text).parse();
    }

    /** The names of the variables that it uses. */
    public Set<String> variables() {
        Set<String> names = new HashSet<>();
        collectVariables(condition, names);
        return names;
    }

    private static void collectVariables(Condition condition, Set<String> names) {
        if (condition instanceof AllOf all) {
            all.conditions().forEach(c -> collectVariables(c, names));
        } else if (condition instanceof AnyOf any) {
            any.conditions().forEach(c -> collectVariables(c, names));
        } else if (condition instanceof Not not) {
            collectVariables(not.condition(), names);
        } else if (condition instanceof Test test) {
            test.arguments().forEach(a -> names.addAll(a.variables()));
        }
    }

    public Rendering render(Scope scope) {
        return new RuleRenderer(scope).render(condition);
    }
}
