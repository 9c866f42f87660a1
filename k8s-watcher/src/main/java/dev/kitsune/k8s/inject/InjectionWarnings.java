package dev.kitsune.k8s.inject;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the owner of a pod with a new sidecar should know. */
final class InjectionWarnings {
    private InjectionWarnings() {}

    static List<String> of(Pod pod, InjectSettings settings) {
        List<String> warnings = new ArrayList<>();
        Map<String, String> labels = pod.getMetadata().getLabels();
        if (labels != null
                && !labels.containsKey("kitsune.dev/version")
                && "Helm".equals(labels.get("app.kubernetes.io/managed-by"))) {
            warnings.add("the version is that of the label app.kubernetes.io/version. Charts often give two builds the"
                    + " same one: set the label kitsune.dev/version to tell them apart");
        }
        if (settings.preStopSeconds() > 0) {
            pod.getSpec().getContainers().stream()
                    .filter(Injector::hasPreStop)
                    .forEach(container -> warnings.add("the container " + container.getName()
                            + " keeps its own preStop hook. Calls fail while the pod ends, unless the hook takes about "
                            + settings.preStopSeconds() + " seconds"));
        }
        return warnings;
    }
}
