package dev.kitsune.k8s.read;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.read.ReadResult;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The pods, as workloads. */
final class PodObjects extends CollectedObjects<Pod> {
    static final String PLACE = "Pods";

    private final CatalogDraft draft;
    private final ResourceListener listener;
    /** By namespace, because a namespace's label decides about all of its pods. */
    private final Map<String, Map<ObjectKey, PodFacts>> pods = new HashMap<>();

    private final Map<ObjectKey, List<Problem>> problems = new HashMap<>();
    /** The namespaces whose pods have sidecars. */
    private final Set<String> enabled = new HashSet<>();

    PodObjects(CatalogDraft draft, ResourceListener listener) {
        super(PLACE);
        this.draft = draft;
        this.listener = listener;
    }

    @Override
    void replace(List<Pod> all) {
        Set<ObjectKey> gone = new HashSet<>();
        pods.values().forEach(of -> gone.addAll(of.keySet()));
        for (Pod pod : all) {
            put(pod);
            gone.remove(PodFacts.key(pod.getMetadata()));
        }
        gone.forEach(this::remove);
    }

    @Override
    public void put(Pod pod) {
        PodFacts facts = PodFacts.of(pod);
        pods.computeIfAbsent(facts.key().namespace(), n -> new HashMap<>()).put(facts.key(), facts);
        serve(facts);
    }

    @Override
    public void remove(Pod pod) {
        remove(PodFacts.key(pod.getMetadata()));
    }

    private void remove(ObjectKey key) {
        pods.getOrDefault(key.namespace(), new HashMap<>()).remove(key);
        problems.remove(key);
        draft.put(key, null, null);
        listener.podRemoved(key);
    }

    /** The label of a namespace has changed. */
    void enable(String namespace, boolean now) {
        if (now ? enabled.add(namespace) : enabled.remove(namespace)) {
            pods.getOrDefault(namespace, Map.of()).values().forEach(this::serve);
        }
    }

    private void serve(PodFacts facts) {
        ReadResult read = PodWorkload.read(facts, enabled.contains(facts.key().namespace()));
        if (read.problems().isEmpty()) {
            problems.remove(facts.key());
        } else {
            problems.put(facts.key(), read.problems());
        }
        // What its labels say is what its sidecar may have, so no earlier version stands in for a bad one.
        Manifest<?> manifest =
                read.manifests().isEmpty() ? null : read.manifests().get(0);
        draft.put(facts.key(), manifest, null);
        listener.pod(new PodIdentity(
                facts.key(),
                facts.owner().uid(),
                facts.owner().account(),
                manifest != null && manifest.spec() instanceof Workload workload ? workload : null,
                read.problems().stream().map(Problem::message).toList()));
    }

    @Override
    Stream<Problem> problems() {
        return Stream.concat(super.problems(), problems.values().stream().flatMap(List::stream));
    }
}
