package dev.kitsune.k8s.read;

import dev.kitsune.k8s.read.InjectionLabels.IdentityLabel;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Kitsune keeps of a pod. A cluster holds many pods that are none of Kitsune's.
 *
 * @param key of its workload
 * @param owner distinguishes it from an earlier pod of its name
 * @param labels those that Kitsune reads
 * @param annotations those that Kitsune reads
 * @param address at which its sidecar is reached; null if nothing may be sent there now
 * @param finished whether it has ended for good
 */
record PodFacts(
        ObjectKey key,
        PodOwner owner,
        Map<String, String> labels,
        Map<String, String> annotations,
        @Nullable String address,
        boolean finished,
        boolean hostNetwork) {
    private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");

    PodFacts {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    /** Which pod of its name it is, and the service account that it has. */
    record PodOwner(String uid, String account) {}

    static PodFacts of(Pod pod) {
        ObjectMeta metadata = pod.getMetadata();
        PodStatus status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        Map<String, String> labels = new HashMap<>();
        keep(InjectionLabels.INJECT, metadata.getLabels(), labels);
        for (IdentityLabel label : IdentityLabel.values()) {
            keep(label.own, metadata.getLabels(), labels);
            keep(label.common, metadata.getLabels(), labels);
        }
        Map<String, String> annotations = new HashMap<>();
        keep(InjectionLabels.ENVIRONMENT, metadata.getAnnotations(), annotations);
        keep(InjectionLabels.ENVIRONMENTS, metadata.getAnnotations(), annotations);
        boolean reachable = metadata.getDeletionTimestamp() == null && isReady(status);
        return new PodFacts(
                key(metadata),
                new PodOwner(
                        String.valueOf(metadata.getUid()),
                        pod.getSpec() == null
                                ? ""
                                : String.valueOf(pod.getSpec().getServiceAccountName())),
                labels,
                annotations,
                reachable ? status.getPodIP() : null,
                status.getPhase() != null && FINISHED.contains(status.getPhase()),
                pod.getSpec() != null && Boolean.TRUE.equals(pod.getSpec().getHostNetwork()));
    }

    static ObjectKey key(ObjectMeta metadata) {
        return new ObjectKey(Kind.Workload, metadata.getNamespace(), metadata.getName());
    }

    private static boolean isReady(PodStatus status) {
        return status.getConditions().stream()
                .anyMatch(condition -> "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    private static void keep(String name, @Nullable Map<String, String> from, Map<String, String> to) {
        String value = from == null ? null : from.get(name);
        if (value != null) {
            to.put(name, value);
        }
    }
}
