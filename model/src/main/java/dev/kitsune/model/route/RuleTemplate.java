package dev.kitsune.model.route;

import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.template.Scope;
import dev.kitsune.model.template.Template;
import dev.kitsune.model.template.Template.Fault;
import java.util.ArrayList;
import java.util.List;

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
    public sealed interface Condition {
        /** All of some conditions. */
        record AllOf(List<Condition> conditions) implements Condition {
            public AllOf {
                conditions = List.copyOf(conditions);
            }
        }

        /** One predicate. */
        record Test(PredicateKind kind, List<Template> arguments) implements Condition {
            public Test {
                arguments = List.copyOf(arguments);
            }
        }
    }

    /** A rule for one environment, or why there is none. */
    public sealed interface Rendering {
        /** A finished rule. */
        record Done(Rule rule) implements Rendering {}

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

    public Rendering render(Scope scope) {
        List<Rule.Predicate> predicates = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        render(condition, scope, predicates, faults);
        return faults.isEmpty() ? new Rendering.Done(new Rule(predicates)) : new Rendering.Failed(faults);
    }

    private static void render(Condition condition, Scope scope, List<Rule.Predicate> predicates, List<Fault> faults) {
        if (condition instanceof Condition.AllOf all) {
            all.conditions().forEach(c -> render(c, scope, predicates, faults));
            return;
        }
        Condition.Test test = (Condition.Test) condition;
        List<String> texts = new ArrayList<>();
        for (Template argument : test.arguments()) {
            if (argument.render(scope) instanceof Template.Rendering.Done done
                    && done.value() instanceof HeaderValue.Plain plain) {
                texts.add(plain.text());
            } else if (argument.render(scope) instanceof Template.Rendering.Failed failed) {
                faults.addAll(failed.faults());
            }
        }
        if (texts.size() == test.arguments().size()) {
            PredicateKind.Made made = test.kind().make(texts);
            if (made instanceof PredicateKind.Made.Predicate right) {
                predicates.add(right.predicate());
            } else if (made instanceof PredicateKind.Made.Refused refused) {
                faults.add(new Fault(ProblemCode.RuleError, refused.sentence()));
            }
        }
    }
}
