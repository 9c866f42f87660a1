package dev.kitsune.k8s.read;

import io.fabric8.kubernetes.api.model.Namespace;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The namespaces. A label says whether their pods have sidecars, and environments select them by any label. */
final class NamespaceObjects extends CollectedObjects<Namespace> {
    static final String PLACE = "Namespaces";

    private final PodObjects pods;
    private final CatalogDraft draft;
    private final ResourceListener listener;
    private final Set<String> present = new HashSet<>();
    private final Set<String> ending = new HashSet<>();

    NamespaceObjects(PodObjects pods, CatalogDraft draft, ResourceListener listener) {
        super(PLACE);
        this.pods = pods;
        this.draft = draft;
        this.listener = listener;
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
        enable(name(namespace), InjectionLabels.ENABLED.equals(labels.get(InjectionLabels.INJECT)));
        draft.label(name(namespace), labels);
        end(name(namespace), namespace.getMetadata().getDeletionTimestamp() != null);
    }

    @Override
    public void remove(Namespace namespace) {
        remove(name(namespace));
    }

    private void remove(String namespace) {
        present.remove(namespace);
        enable(namespace, false);
        draft.label(namespace, null);
        end(namespace, false);
    }

    private void enable(String namespace, boolean now) {
        pods.enable(namespace, now);
        listener.sidecars(namespace, now);
    }

    private void end(String namespace, boolean ends) {
        if (ends ? ending.add(namespace) : ending.remove(namespace)) {
            listener.namespace(namespace, ends);
        }
    }

    private static String name(Namespace namespace) {
        return namespace.getMetadata().getName();
    }
}
