package dev.kitsune.model.route;

import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.template.Scope;
import dev.kitsune.model.template.Template;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;

/** Renders one rule with one virtual environment's variables, and expands it to alternatives. */
final class RuleRenderer {
    private final Scope scope;
    private final Set<Template.TemplateFault> faults = new LinkedHashSet<>();

    RuleRenderer(Scope scope) {
        this.scope = scope;
    }

    RuleTemplate.RuleRendering render(RuleTemplate.RuleCondition condition) {
        Alternatives alternatives = alternatives(condition, false);
        if (faults.isEmpty() && alternatives.tooMany()) {
            fault("the rule has more than " + Alternatives.MOST
                    + " alternatives: write several rules, or compare fewer values");
        }
        if (faults.isEmpty() && alternatives.all().isEmpty()) {
            fault("the rule matches no request");
        }
        return faults.isEmpty()
                ? new RuleTemplate.RuleRendering.RenderedRules(alternatives.all().stream()
                        .map(all -> new Rule(List.copyOf(all)))
                        .toList())
                : new RuleTemplate.RuleRendering.FailedRule(List.copyOf(faults));
    }

    private Alternatives alternatives(RuleTemplate.RuleCondition condition, boolean negated) {
        if (condition instanceof RuleTemplate.Negation not) {
            return alternatives(not.condition(), !negated);
        }
        if (condition instanceof RuleTemplate.AllOf all) {
            return joined(all.conditions(), negated, !negated);
        }
        if (condition instanceof RuleTemplate.AnyOf any) {
            return joined(any.conditions(), negated, negated);
        }
        return test((RuleTemplate.Test) condition, negated);
    }

    private Alternatives joined(List<RuleTemplate.RuleCondition> conditions, boolean negated, boolean byAnd) {
        BinaryOperator<Alternatives> join = byAnd ? Alternatives::and : Alternatives::or;
        return conditions.stream()
                .map(condition -> alternatives(condition, negated))
                .reduce(byAnd ? Alternatives.ALWAYS : Alternatives.NEVER, join);
    }

    /** An array expands a test to several. One of them must match, or none of them if the test is negated. */
    private Alternatives test(RuleTemplate.Test test, boolean negated) {
        Alternatives found = negated ? Alternatives.ALWAYS : Alternatives.NEVER;
        for (List<Argument> arguments : combinations(test.arguments())) {
            PredicateKind.PredicateOutcome made = test.kind().make(arguments);
            if (made instanceof PredicateKind.PredicateOutcome.InvalidPredicate refused) {
                fault(refused.sentence());
            } else if (made instanceof PredicateKind.PredicateOutcome.AlwaysTrue) {
                found = negated ? Alternatives.NEVER : Alternatives.ALWAYS;
            } else {
                Rule.Predicate predicate = ((PredicateKind.PredicateOutcome.ValidPredicate) made).predicate();
                found = negated ? found.and(not(predicate)) : found.or(Alternatives.of(predicate));
            }
        }
        return found;
    }

    /** A missing header has no value, but Envoy's negation treats it as empty. */
    private static Alternatives not(Rule.Predicate predicate) {
        Alternatives opposite = Alternatives.of(new Rule.Not(predicate));
        return predicate instanceof Rule.Header header && header.value().fits("")
                ? opposite.or(Alternatives.of(new Rule.NoHeader(header.name())))
                : opposite;
    }

    private List<List<Argument>> combinations(List<ArgumentTemplate> templates) {
        List<List<Argument>> combinations = List.of(List.of());
        for (ArgumentTemplate template : templates) {
            List<Template.TemplateFault> found = new ArrayList<>();
            List<Argument> arguments = template.render(scope, found);
            faults.addAll(found);
            List<List<Argument>> more = new ArrayList<>();
            for (List<Argument> combination : combinations) {
                for (Argument argument : arguments) {
                    List<Argument> one = new ArrayList<>(combination);
                    one.add(argument);
                    more.add(one);
                }
            }
            combinations = more;
        }
        return combinations;
    }

    private void fault(String sentence) {
        faults.add(new Template.TemplateFault(ProblemCode.RuleError, sentence));
    }
}
