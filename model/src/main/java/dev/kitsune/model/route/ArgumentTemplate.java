package dev.kitsune.model.route;

import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.route.Argument.Fixed;
import dev.kitsune.model.route.Argument.Hole;
import dev.kitsune.model.route.Argument.Piece;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.template.Expression;
import dev.kitsune.model.template.Scope;
import dev.kitsune.model.template.Template;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** An argument as its user wrote it, with templates and placeholders. */
record ArgumentTemplate(List<ArgumentPart> parts) {
    ArgumentTemplate {
        parts = List.copyOf(parts);
    }

    /** A part of it. */
    sealed interface ArgumentPart {
        /** Text over variables. */
        record ArgumentText(Template template) implements ArgumentPart {}

        /** A placeholder. */
        record Open(Hole hole) implements ArgumentPart {}
    }

    /**
     * Returns one argument for each combination of the elements of its arrays, usually one. The text of a variable is
     * never parsed, so braces in it are plain text.
     */
    List<Argument> render(Scope scope, List<Template.TemplateFault> faults) {
        List<Argument> arguments = new ArrayList<>();
        for (Map<String, Value> elements : Elements.combinations(arrays(scope))) {
            rendered(scope, elements, faults).ifPresent(arguments::add);
        }
        return arguments;
    }

    Set<String> variables() {
        Set<String> names = new HashSet<>();
        for (ArgumentPart part : parts) {
            if (part instanceof ArgumentPart.ArgumentText text) {
                names.addAll(text.template().variables());
            }
        }
        return names;
    }

    /** Returns the arrays outside of functions. */
    private Map<String, Value.Array> arrays(Scope scope) {
        Map<String, Value.Array> arrays = new TreeMap<>();
        for (ArgumentPart part : parts) {
            if (part instanceof ArgumentPart.ArgumentText text) {
                for (Expression piece : text.template().pieces()) {
                    if (piece instanceof Expression.VariableReference variable
                            && scope.variable(variable.name()) instanceof Value.Array array) {
                        arrays.put(variable.name(), array);
                    }
                }
            }
        }
        return arrays;
    }

    private Optional<Argument> rendered(Scope scope, Map<String, Value> elements, List<Template.TemplateFault> faults) {
        List<Piece> pieces = new ArrayList<>();
        for (ArgumentPart part : parts) {
            if (part instanceof ArgumentPart.Open open) {
                pieces.add(open.hole());
            } else {
                Template template = with(((ArgumentPart.ArgumentText) part).template(), elements);
                Template.TemplateRendering rendering = template.render(scope);
                if (rendering instanceof Template.TemplateRendering.RenderedTemplate done
                        && done.value() instanceof HeaderValue.Plain plain) {
                    pieces.add(new Fixed(plain.text()));
                } else if (rendering instanceof Template.TemplateRendering.FailedTemplate failed) {
                    faults.addAll(failed.faults());
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new Argument(pieces));
    }

    private static Template with(Template template, Map<String, Value> elements) {
        return new Template(template.pieces().stream()
                .map(piece -> element(piece, elements).orElse(piece))
                .toList());
    }

    private static Optional<Expression> element(Expression piece, Map<String, Value> elements) {
        return piece instanceof Expression.VariableReference variable
                ? Optional.ofNullable(elements.get(variable.name())).map(value -> new Expression.Literal(value.text()))
                : Optional.empty();
    }
}
