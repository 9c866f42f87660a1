package dev.kitsune.k8s.status;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;

/** Takes what is written. Each method throws {@link KubernetesClientException} if it is not taken. */
interface StatusSink {
    /**
     * Replaces what this package has written into an object's status, if nobody has written the object since it was seen.
     *
     * @return the object with that status
     */
    GenericKubernetesResource write(SeenObject object, Map<String, Object> status);

    void tell(StatusEvent event);
}
