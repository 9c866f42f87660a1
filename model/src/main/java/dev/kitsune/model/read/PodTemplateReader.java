package dev.kitsune.model.read;

import dev.kitsune.model.manifest.PodTemplate;
import dev.kitsune.model.problem.ProblemCode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads the template of a component's pods. Kubernetes knows its fields, so only its form is checked, and the labels that
 * Kitsune sets.
 */
final class PodTemplateReader {
    /** The pods would otherwise count as those of another component version. */
    private static final List<String> IDENTITY =
            List.of("kitsune.dev/app", "kitsune.dev/component", "kitsune.dev/version");

    /** Kubernetes knows more about the names of containers, and about the keys of labels and annotations. */
    private static final Grammar ANY =
            new Grammar(Pattern.compile(".++", Pattern.DOTALL), Integer.MAX_VALUE, "a name", false);

    private PodTemplateReader() {}

    static PodTemplate read(Cursor template) {
        template.<Object>fields(f -> {
            f.optional("metadata", metadata -> metadata.fields(PodTemplateReader::metadata));
            return f.required("spec").fields(PodTemplateReader::spec);
        });
        return new PodTemplate(template.json());
    }

    private static List<?> metadata(Fields f) {
        f.ignoreAll();
        f.optional("annotations", annotations -> annotations.map(ANY, Cursor::text));
        return f.optional("labels", PodTemplateReader::labels, List.of());
    }

    private static List<?> labels(Cursor labels) {
        Map<String, String> all = labels.map(ANY, Cursor::text);
        IDENTITY.stream()
                .filter(all::containsKey)
                .forEach(label -> labels.problemOf(
                        label,
                        ProblemCode.InvalidValue,
                        labels.path() + ": Kitsune sets the label " + label + " itself; remove it"));
        return List.of();
    }

    private static List<?> spec(Fields f) {
        f.ignoreAll();
        List<String> containers = f.required("containers")
                .list(container -> container.fields(inside -> {
                    inside.ignoreAll();
                    return inside.required("name").text(ANY);
                }));
        if (containers.isEmpty() && f.at("containers").isList()) {
            f.at("containers")
                    .problem(ProblemCode.InvalidValue, f.at("containers").path() + ": expected a container");
        }
        return containers;
    }
}
