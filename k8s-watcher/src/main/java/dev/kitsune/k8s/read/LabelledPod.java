package dev.kitsune.k8s.read;

import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.read.ReadResult;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pod that is to have a sidecar, and perhaps does not exist yet: it is read as it will be read when it runs.
 *
 * @param workload what it runs; null if there are problems
 */
public record LabelledPod(@Nullable Workload workload, List<Problem> problems) {
    /** Stands for a name that the API server has not given yet. */
    private static final String NAMELESS = "unnamed";

    public LabelledPod {
        problems = List.copyOf(problems);
    }

    /**
     * Whether a pod is to have a sidecar. One whose label is neither yes nor no is, so that somebody hears of it.
     *
     * @param namespaceEnabled whether the label of its namespace says that its pods have sidecars
     */
    public static boolean wantsSidecar(Pod pod, boolean namespaceEnabled) {
        Map<String, String> labels =
                pod.getMetadata() == null ? null : pod.getMetadata().getLabels();
        String label = labels == null ? null : labels.get(InjectionLabels.INJECT);
        return label == null ? namespaceEnabled : !label.equals(InjectionLabels.DISABLED);
    }

    /** Whether the labels of a namespace say that its pods have sidecars. */
    public static boolean isEnabled(@Nullable Map<String, String> namespaceLabels) {
        return namespaceLabels != null && InjectionLabels.ENABLED.equals(namespaceLabels.get(InjectionLabels.INJECT));
    }

    /** Reads a pod, with or without a name and a namespace. */
    public static LabelledPod of(Pod pod) {
        Pod named = new PodBuilder(pod)
                .editOrNewMetadata()
                .withName(NAMELESS)
                .withNamespace(NAMELESS)
                .endMetadata()
                .build();
        ReadResult read = PodWorkload.read(PodFacts.of(named), true);
        Workload workload = read.manifests().isEmpty()
                ? null
                : (Workload) read.manifests().get(0).spec();
        return new LabelledPod(workload, read.problems());
    }
}
