package dev.kitsune.k8s.state;

import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.k8s.watch.CustomResources;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.source.Deciding;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A field of the status of custom resources that one writer owns. Each method throws {@link KubernetesClientException} if
 * there is no answer, or if it is refused.
 */
record StatusField(String name, KubernetesClient client, Pace pace) {
    private static final Logger LOG = LoggerFactory.getLogger(StatusField.class);

    /** Returns an object as it is now; null if there is none. */
    @Nullable
    GenericKubernetesResource read(ObjectKey key) {
        return CustomResources.one(key, client).get();
    }

    /**
     * Replaces the field of an object as it is now, while this process decides. Waits for its turn. What it may not write
     * is logged.
     *
     * @param value null to remove it
     * @return false if somebody else has written the object in the meantime
     */
    boolean replace(ObjectKey key, @Nullable Map<String, Object> value, Deciding deciding) {
        if (!deciding.decides()) {
            return true;
        }
        pace.await();
        try {
            GenericKubernetesResource read = read(key);
            if (read != null && deciding.decides()) {
                write(key, read, value);
            }
            return true;
        } catch (KubernetesClientException e) {
            if (ApiRefusal.isConflict(e)) {
                return false;
            }
            if (!ApiRefusal.is(e)) {
                throw e;
            }
            LOG.warn("status.{} of {} cannot be saved: {}", name, key, ApiRefusal.words(e));
            return true;
        }
    }

    /**
     * Replaces the field of an object, if nobody has written the object since it was read.
     *
     * @param value null to remove it
     */
    GenericKubernetesResource write(
            ObjectKey key, GenericKubernetesResource read, @Nullable Map<String, Object> value) {
        GenericKubernetesResource next = client.getKubernetesSerialization().clone(read);
        Map<String, Object> status = new LinkedHashMap<>();
        if (read.get("status") instanceof Map<?, ?> before) {
            before.forEach((field, of) -> status.put(String.valueOf(field), of));
        }
        status.remove(name);
        if (value != null) {
            status.put(name, value);
        }
        next.setAdditionalProperty("status", status);
        var all = CustomResources.of(key.kind(), client);
        Resource<GenericKubernetesResource> one =
                key.kind().namespaced() ? all.inNamespace(key.namespace()).resource(next) : all.resource(next);
        return Objects.requireNonNull(one.updateStatus());
    }
}
