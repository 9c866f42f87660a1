package dev.kitsune.model.template;

import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.HeaderValue.Part;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Text with expressions in {@code {{ }}} over variables and secrets. It is parsed once and rendered for each environment.
 *
 * @param pieces literal text and expressions, in their order
 */
public record Template(List<Expression> pieces) implements Parsed {
    public Template {
        pieces = List.copyOf(pieces);
    }

    public static Parsed parse(String text) {
        return new TemplateParser(text).parse();
    }

    /** The rendered value, or the reasons why there is none. */
    public sealed interface Rendering {
        /** A finished value. */
        record Done(HeaderValue value) implements Rendering {}

        /** At least one fault. */
        record Failed(List<Fault> faults) implements Rendering {
            public Failed {
                faults = List.copyOf(faults);
            }
        }
    }

    /** Why a template cannot be rendered over some variables and secrets: one sentence, without values. */
    public record Fault(ProblemCode code, String sentence) {}

    public Rendering render(Scope scope) {
        Renderer renderer = new Renderer(scope);
        List<Part> parts = renderer.parts(pieces);
        return renderer.faults().isEmpty()
                ? new Rendering.Done(Renderer.value(parts))
                : new Rendering.Failed(renderer.faults());
    }

    /** The names of the secrets that it uses, in their order. */
    public Set<String> secrets() {
        Set<String> names = new LinkedHashSet<>();
        pieces.forEach(p -> collectSecrets(p, names));
        return names;
    }

    /** The names of the variables that it uses. */
    public Set<String> variables() {
        Set<String> names = new LinkedHashSet<>();
        pieces.forEach(p -> collectVariables(p, names));
        return names;
    }

    private static void collectVariables(Expression expression, Set<String> names) {
        if (expression instanceof Expression.Variable variable) {
            names.add(variable.name());
        } else if (expression instanceof Expression.Call call) {
            call.arguments().forEach(a -> collectVariables(a, names));
        }
    }

    private static void collectSecrets(Expression expression, Set<String> names) {
        if (expression instanceof Expression.Secret secret) {
            names.add(secret.name());
        } else if (expression instanceof Expression.Call call) {
            call.arguments().forEach(a -> collectSecrets(a, names));
        }
    }
}
