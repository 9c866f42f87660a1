package dev.kitsune.model.read;

import dev.kitsune.model.manifest.LabelSelector;
import dev.kitsune.model.manifest.LabelSelector.Requirement;
import dev.kitsune.model.manifest.LabelSelector.SelectorOperator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads which namespaces may use an environment: all, or those that a label selector of Kubernetes selects. */
final class NamespacesReader {
    private enum NamespacesFrom {
        All,
        Selector
    }

    private NamespacesReader() {}

    static LabelSelector read(Fields f) {
        NamespacesFrom from = f.optional("from", c -> c.oneOf(NamespacesFrom.class), NamespacesFrom.All);
        if (from == NamespacesFrom.Selector) {
            return f.required("selector").fields(NamespacesReader::selector);
        }
        if (f.has("selector")) {
            f.at("selector").invalid("no selector without `from: Selector`");
        }
        return LabelSelector.EVERYTHING;
    }

    private static LabelSelector selector(Fields f) {
        Set<Requirement> requirements = new HashSet<>();
        Map<String, String> labels =
                f.optional("matchLabels", c -> c.map(Grammar.LABEL_KEY, v -> v.text(Grammar.LABEL_VALUE)), Map.of());
        labels.forEach((key, value) -> requirements.add(new Requirement(key, SelectorOperator.In, Set.of(value))));
        requirements.addAll(
                f.optional("matchExpressions", c -> c.list(e -> e.fields(NamespacesReader::requirement)), List.of()));
        return new LabelSelector(requirements);
    }

    private static Requirement requirement(Fields f) {
        String key = f.required("key").text(Grammar.LABEL_KEY);
        Cursor written = f.required("operator");
        SelectorOperator operator = written.oneOf(SelectorOperator.class);
        Set<String> values = f.optional("values", c -> c.names(Grammar.LABEL_VALUE), Set.of());
        if (written.says(operator.name()) && operator.takesValues() == values.isEmpty()) {
            Cursor at = f.has("values") ? f.at("values") : written;
            at.invalid(operator.takesValues() ? "one or more values with " + operator : "no values with " + operator);
        }
        return new Requirement(key, operator, values);
    }
}
