package dev.kitsune.k8s.inuse;

import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.k8s.watch.CustomResources;
import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets the finalizer {@code kitsune.dev/in-use}, and removes it. The API server does not delete an object that has it. */
public record InUseFinalizer(KubernetesClient client) {
    static final String NAME = "kitsune.dev/in-use";

    private static final Logger LOG = LoggerFactory.getLogger(InUseFinalizer.class);
    private static final int BAD_REQUEST = 400;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    static boolean isOn(ObjectMeta metadata) {
        return metadata.getFinalizers().contains(NAME);
    }

    /**
     * Sets the finalizer of an object that is not deleted yet, if the object does not have it.
     *
     * @return false if somebody else has written the object in the meantime
     * @throws KubernetesClientException if there is no answer
     */
    public boolean set(ObjectKey key) {
        return write(key, true);
    }

    /** Removes it in the same way, whether or not the object is deleted. */
    boolean remove(ObjectKey key) {
        return write(key, false);
    }

    /** An object without it cannot get it after its deletion. */
    private boolean write(ObjectKey key, boolean wanted) {
        try {
            GenericKubernetesResource read = CustomResources.one(key, client).get();
            if (read != null
                    && isOn(read.getMetadata()) != wanted
                    && !(wanted && read.getMetadata().getDeletionTimestamp() != null)) {
                patch(key, read.getMetadata(), wanted);
            }
            return true;
        } catch (KubernetesClientException e) {
            if (ApiRefusal.isConflict(e)) {
                return false;
            }
            if (e.getCode() < BAD_REQUEST || e.getCode() == TOO_MANY || e.getCode() >= SERVER_ERROR) {
                throw e;
            }
            LOG.warn("the finalizer of {} cannot be {}: {}", key, wanted ? "set" : "removed", ApiRefusal.words(e));
            return true;
        }
    }

    private void patch(ObjectKey key, ObjectMeta read, boolean wanted) {
        Set<String> finalizers = new LinkedHashSet<>(read.getFinalizers());
        if (wanted) {
            finalizers.add(NAME);
        } else {
            finalizers.remove(NAME);
        }
        Map<String, Object> metadata =
                Map.of("resourceVersion", read.getResourceVersion(), "finalizers", List.copyOf(finalizers));
        CustomResources.one(key, client)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization().asJson(Map.of("metadata", metadata)));
    }
}
