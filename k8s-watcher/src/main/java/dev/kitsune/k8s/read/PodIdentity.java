package dev.kitsune.k8s.read;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Workload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who a pod is, as the API server says.
 *
 * @param key of its workload
 * @param uid distinguishes it from an earlier pod of its name
 * @param account the service account that it has
 * @param workload what its labels say that it runs; null if it has no sidecar, or if they cannot be read
 * @param problems why its labels cannot be read
 */
public record PodIdentity(
        ObjectKey key, String uid, String account, @Nullable Workload workload, List<String> problems) {
    public PodIdentity {
        problems = List.copyOf(problems);
    }
}
