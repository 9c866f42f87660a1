package dev.kitsune.model.index;

import dev.kitsune.model.manifest.Data;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.manifest.VariableDeclaration;
import dev.kitsune.model.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Checks the values of variables. */
public final class VariableValues {
    private VariableValues() {}

    public static List<Flaw> flawsOfDefaults(String field, Map<String, VariableDeclaration> variables) {
        List<Flaw> flaws = new ArrayList<>();
        new TreeMap<>(variables).forEach((name, declared) -> {
            Value value = declared.defaultValue();
            String at = field + ".variables." + name + ".default";
            if (value != null && value.type() != declared.type()) {
                flaws.add(new Flaw(
                        ProblemCode.VariableType,
                        at,
                        "variable " + name + " is declared " + declared.type() + " and its default is a "
                                + value.type()));
            }
            if (value != null && namesSecret(value)) {
                flaws.add(secretInVariable(at, name));
            }
        });
        return flaws;
    }

    public static List<Flaw> flawsOf(Data data) {
        List<Flaw> flaws = new ArrayList<>();
        new TreeMap<>(data.variables()).forEach((name, value) -> {
            if (namesSecret(value)) {
                flaws.add(secretInVariable("spec.data.variables." + name, name));
            }
        });
        return flaws;
    }

    private static Flaw secretInVariable(String at, String name) {
        return new Flaw(
                ProblemCode.SecretNotInjectable,
                at,
                "variable " + name
                        + " names a secret, and variables are values, not templates: declare it as a secret of"
                        + " the component, or put it in a header of the adapter");
    }

    /** A variable is never rendered, so this is a user's mistake but not a leak. */
    private static boolean namesSecret(Value value) {
        String text = value.text();
        int open = text.indexOf("{{");
        return open >= 0 && text.indexOf(".Secrets.", open) > 0;
    }
}
