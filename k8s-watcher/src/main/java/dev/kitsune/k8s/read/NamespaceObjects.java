package dev.kitsune.k8s.read;

import io.fabric8.kubernetes.api.model.Namespace;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The namespaces. A label says whether their pods have sidecars, and environments select them by any label. */
final class NamespaceObjects extends CollectedObjects<Namespace> {
    private final PodObjects pods;
    private final CatalogDraft draft;
    private final Set<String> present = new HashSet<>();

    NamespaceObjects(PodObjects pods, CatalogDraft draft) {
        super("Namespaces");
        this.pods = pods;
        this.draft = draft;
    }

    @Override
    void replace(List<Namespace> all) {
        Set<String> gone = new HashSet<>(present);
        for (Namespace namespace : all) {
            put(namespace);
            gone.remove(name(namespace));
        }
        gone.forEach(this::remove);
    }

    @Override
    public void put(Namespace namespace) {
        Map<String, String> written = namespace.getMetadata().getLabels();
        Map<String, String> labels = written == null ? Map.of() : written;
        present.add(name(namespace));
        pods.enable(name(namespace), InjectionLabels.ENABLED.equals(labels.get(InjectionLabels.INJECT)));
        draft.label(name(namespace), labels);
    }

    @Override
    public void remove(Namespace namespace) {
        remove(name(namespace));
    }

    private void remove(String namespace) {
        present.remove(namespace);
        pods.enable(namespace, false);
        draft.label(namespace, null);
    }

    private static String name(Namespace namespace) {
        return namespace.getMetadata().getName();
    }
}
