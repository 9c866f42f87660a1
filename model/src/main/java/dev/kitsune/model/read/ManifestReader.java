package dev.kitsune.model.read;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads YAML (or JSON, which is YAML) to manifests. It is strict, because a silently ignored field would silently
 * change the routes of requests. It never throws, whatever the text.
 */
public final class ManifestReader {
    private ManifestReader() {}

    /**
     * Reads every document of a text. An empty document is skipped. An object with an error is left out, and all its
     * errors are reported.
     *
     * @param file as positions are to name it
     */
    public static ReadResult read(String file, String text) {
        YamlDocuments documents = YamlDocuments.compose(file, text);
        List<Manifest<?>> manifests = new ArrayList<>();
        List<Problem> problems = new ArrayList<>(documents.problems());
        for (Node root : documents.roots()) {
            ObjectReader.ReadObject outcome =
                    Fault.guard(() -> ObjectReader.read(file, root), fault -> ObjectReader.failed(file, root, fault));
            if (outcome.manifest() != null) {
                manifests.add(outcome.manifest());
            }
            problems.addAll(outcome.problems());
        }
        problems.sort(Problem.ORDER);
        return new ReadResult(manifests, problems);
    }

    /**
     * Reads one object of Kubernetes. Its JSON has no lines that a user knows.
     *
     * @param name as positions are to name it
     */
    public static ReadResult readObject(String name, String json) {
        ReadResult result = read(name, json);
        List<Manifest<?>> manifests = new ArrayList<>();
        result.manifests().forEach(manifest -> manifests.add(manifest.withoutLines()));
        return new ReadResult(
                manifests, result.problems().stream().map(Problem::withoutLine).toList());
    }
}
