package dev.kitsune.model.template;

import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.HeaderValue;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Text with expressions in {@code {{ }}} over variables and secrets. It is parsed once and rendered for each virtual
 * environment.
 *
 * @param pieces literal text and expressions, in their order
 */
public record Template(List<Expression> pieces) implements ParsedTemplate {
    public Template {
        pieces = List.copyOf(pieces);
    }

    public static ParsedTemplate parse(String text) {
        return new TemplateParser(text).parse();
    }

    /** The rendered value, or the reasons why there is none. */
    public sealed interface TemplateRendering {
        /** A finished value. */
        record RenderedTemplate(HeaderValue value) implements TemplateRendering {}

        /** At least one fault. */
        record FailedTemplate(List<TemplateFault> faults) implements TemplateRendering {
            public FailedTemplate {
                faults = List.copyOf(faults);
            }
        }
    }

    /** The reason why a template cannot be rendered with some variables and secrets: one sentence, without values. */
    public record TemplateFault(ProblemCode code, String sentence) {}

    public TemplateRendering render(Scope scope) {
        Renderer renderer = new Renderer(scope);
        List<HeaderValue.ValuePart> parts = renderer.parts(pieces);
        return renderer.faults().isEmpty()
                ? new TemplateRendering.RenderedTemplate(Renderer.value(parts))
                : new TemplateRendering.FailedTemplate(renderer.faults());
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
        if (expression instanceof Expression.VariableReference variable) {
            names.add(variable.name());
        } else if (expression instanceof Expression.FunctionCall call) {
            call.arguments().forEach(a -> collectVariables(a, names));
        }
    }

    private static void collectSecrets(Expression expression, Set<String> names) {
        if (expression instanceof Expression.SecretReference secret) {
            names.add(secret.name());
        } else if (expression instanceof Expression.FunctionCall call) {
            call.arguments().forEach(a -> collectSecrets(a, names));
        }
    }
}
