package dev.kitsune.k8s.read;

import io.fabric8.kubernetes.api.model.Namespace;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The namespaces, whose label says whether their pods have sidecars. */
final class NamespaceObjects extends CollectedObjects<Namespace> {
    private final PodObjects pods;
    private final Set<String> present = new HashSet<>();

    NamespaceObjects(PodObjects pods) {
        super("Namespaces");
        this.pods = pods;
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
        Map<String, String> labels = namespace.getMetadata().getLabels();
        present.add(name(namespace));
        pods.enable(
                name(namespace), labels != null && InjectionLabels.ENABLED.equals(labels.get(InjectionLabels.INJECT)));
    }

    @Override
    public void remove(Namespace namespace) {
        remove(name(namespace));
    }

    private void remove(String namespace) {
        present.remove(namespace);
        pods.enable(namespace, false);
    }

    private static String name(Namespace namespace) {
        return namespace.getMetadata().getName();
    }
}
