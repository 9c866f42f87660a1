package dev.kitsune.model.read;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.manifest.Workload.Endpoint;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads a {@link Workload} from texts in the fields of another object, such as the labels of a pod. The grammars and
 * the messages are those of a Workload's manifest.
 */
public final class LabelledWorkload {
    private static final Mark NOWHERE = new Mark("", 0, 0, 0, new int[0], 0);

    /** A text, and the path of the field in which the user wrote it. */
    public record FieldText(String field, String text) {}

    /**
     * The texts that say what a workload runs, and for whom.
     *
     * @param environments separated by commas; null for all
     * @param virtualEnvironment the context of its own calls when they carry none; null for no such context
     */
    public record WorkloadTexts(
            FieldText app,
            FieldText component,
            FieldText version,
            @Nullable FieldText environments,
            @Nullable FieldText virtualEnvironment) {}

    private LabelledWorkload() {}

    /**
     * Reads one workload.
     *
     * @param object the object with the fields, as positions are to name it
     */
    public static ReadResult read(ObjectKey key, String object, WorkloadTexts texts, List<Endpoint> endpoints) {
        Findings findings = new Findings(object);
        Workload workload = new Workload(
                cursor(findings, texts.app()).text(Grammar.DNS_LABEL),
                cursor(findings, texts.component()).text(Grammar.DNS_LABEL),
                cursor(findings, texts.version()).text(Grammar.VERSION),
                endpoints,
                environments(findings, texts.environments()),
                virtualEnvironment(findings, texts.virtualEnvironment()),
                null);
        List<Manifest<?>> manifests = findings.failed()
                ? List.of()
                : List.of(new Manifest<>(key, workload, Position.ofObject(object), Map.of()));
        return new ReadResult(
                manifests,
                findings.problems(key).stream().map(Problem::withoutLine).toList());
    }

    private static @Nullable Set<String> environments(Findings findings, @Nullable FieldText list) {
        if (list == null) {
            return null;
        }
        Set<String> names = new TreeSet<>();
        Arrays.stream(list.text().split(",", -1))
                .map(name -> new FieldText(list.field(), name.strip()))
                .forEach(name -> names.add(cursor(findings, name).text(Grammar.DNS_SUBDOMAIN)));
        return names;
    }

    private static @Nullable VirtualEnvironmentName virtualEnvironment(Findings findings, @Nullable FieldText name) {
        return name == null ? null : VirtualEnvironmentReader.name(cursor(findings, name));
    }

    private static Cursor cursor(Findings findings, FieldText text) {
        Node node = new ScalarNode(Tag.STR, true, text.text(), NOWHERE, NOWHERE, ScalarStyle.DOUBLE_QUOTED);
        return new Cursor(findings, text.field(), node);
    }
}
