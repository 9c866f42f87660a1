package dev.kitsune.k8s.distill;

import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Why a pod does not start, in the words of Kubernetes. A Deployment itself says only that it is not available. */
final class StuckPod {
    /** These containers just begin. */
    private static final Set<String> BEGINNING = Set.of("ContainerCreating", "PodInitializing");

    private StuckPod() {}

    /** Returns what the first one waits for; empty if none says anything. */
    static String words(List<Pod> pods) {
        return pods.stream()
                .filter(pod -> pod.getStatus() != null && pod.getMetadata().getDeletionTimestamp() == null)
                .flatMap(pod -> words(pod.getStatus())
                        .map(words -> "pod " + pod.getMetadata().getName() + ": " + words))
                .sorted()
                .findFirst()
                .orElse("");
    }

    private static Stream<String> words(PodStatus status) {
        Stream<String> scheduled = status.getConditions().stream()
                .filter(one -> "PodScheduled".equals(one.getType()) && "False".equals(one.getStatus()))
                .map(StuckPod::words);
        Stream<String> containers = Stream.concat(
                        status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
                .map(ContainerStatus::getState)
                .filter(state -> state != null && state.getWaiting() != null)
                .map(state -> state.getWaiting())
                .filter(waiting -> !BEGINNING.contains(Objects.toString(waiting.getReason(), "ContainerCreating")))
                .map(StuckPod::words);
        return Stream.concat(containers, scheduled);
    }

    private static String words(ContainerStateWaiting waiting) {
        return waiting.getMessage() == null ? waiting.getReason() : waiting.getReason() + ": " + waiting.getMessage();
    }

    private static String words(PodCondition condition) {
        return Objects.toString(condition.getReason(), "Unschedulable") + ": "
                + Objects.toString(condition.getMessage(), "it has no node");
    }
}
