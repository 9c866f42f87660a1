package dev.kitsune.e2e.accepted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.pcollections.HashTreePMap;

/**
 * One folder of manifests, with one file for each.
 *
 * @param steady the number of documents that are the same in all cases; they come first
 * @param adapters the names of the odd adapters
 */
record OddCase(int number, int steady, List<Map<String, Object>> documents, List<String> adapters) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 400;

    OddCase {
        documents = List.copyOf(documents);
        adapters = List.copyOf(adapters);
    }

    String virtualEnvironment() {
        return "e" + number;
    }

    /** Returns the change from an earlier catalog; {@code null} for the first one. */
    CatalogChange change(Catalog before, Map<SecretId, Secret> secrets) {
        Map<ObjectKey, Manifest<?>> manifests = new HashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            ReadResult read = ManifestReader.read(i + ".yaml", text(documents.get(i)));
            read.manifests().forEach(manifest -> manifests.put(manifest.key(), manifest));
            problems.addAll(read.problems());
        }
        Set<ObjectKey> changed = new HashSet<>(manifests.keySet());
        changed.addAll(before.manifests().keySet());
        return new CatalogChange(
                new Catalog(HashTreePMap.from(manifests), HashTreePMap.from(secrets), false),
                changed,
                before.secrets().isEmpty() ? secrets.keySet() : Set.of(),
                problems);
    }

    /** Whether a problem is in a document that is the same in all cases. */
    boolean isAtSteady(Problem problem) {
        String file = problem.position().file();
        return Integer.parseInt(file.substring(0, file.indexOf('.'))) < steady;
    }

    /** Returns a text for people, with long values cut. */
    @Override
    public String toString() {
        return documents.stream()
                .skip(steady)
                .map(OddCase::text)
                .map(text -> text.replaceAll("(.)\\1{99,}", "$1(many)$1"))
                .map(text -> text.length() > 4 * SHOWN ? text.substring(0, 4 * SHOWN) + "..." : text)
                .collect(Collectors.joining("\n"));
    }

    private static String text(Map<String, Object> document) {
        try {
            return JSON.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
