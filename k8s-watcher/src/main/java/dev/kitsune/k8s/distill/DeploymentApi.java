package dev.kitsune.k8s.distill;

import dev.kitsune.k8s.watch.Deployments;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deployments in the API server. Each method throws {@link KubernetesClientException} if it does not take what is written,
 * and each write names the version over which it is written.
 */
final class DeploymentApi {
    private static final String MANAGER = "kitsune-distillation";

    private final KubernetesClient client;

    DeploymentApi(KubernetesClient client) {
        this.client = client;
    }

    private Resource<GenericKubernetesResource> one(DeploymentKey key) {
        return Deployments.of(key.namespace(), client).withName(key.name());
    }

    /** Returns null if there is none of that name. */
    @Nullable
    GenericKubernetesResource find(DeploymentKey key) {
        return one(key).get();
    }

    /**
     * Creates one. If somebody else has created another one of this name in the meantime, that is a conflict: its selector
     * differs, and this takes no field away from anybody.
     */
    GenericKubernetesResource create(WantedDeployment wanted) {
        return apply(wanted.key(), wanted.fields(), false);
    }

    /** Gives one the fields that Kitsune owns, and takes away those that Kitsune does not want any more. */
    GenericKubernetesResource bring(DeployedVersion existing, WantedDeployment wanted) {
        return apply(wanted.key(), wanted.over(existing), true);
    }

    private GenericKubernetesResource apply(DeploymentKey key, Map<String, Object> fields, boolean force) {
        GenericKubernetesResource whole = client.getKubernetesSerialization()
                .unmarshal(WantedDeployment.json(fields), GenericKubernetesResource.class);
        var mine = Deployments.of(key.namespace(), client).resource(whole).fieldManager(MANAGER);
        return force ? mine.forceConflicts().serverSideApply() : mine.serverSideApply();
    }

    /** {@code since}: null if somebody uses it */
    void note(DeployedVersion existing, @Nullable Instant since) {
        Map<String, Object> annotations = new HashMap<>();
        annotations.put(
                DistilledLabels.UNUSED_SINCE,
                since == null ? null : since.truncatedTo(ChronoUnit.SECONDS).toString());
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("uid", existing.uid());
        metadata.put("resourceVersion", existing.resourceVersion());
        metadata.put("annotations", annotations);
        one(existing.key())
                .patch(PatchContext.of(PatchType.JSON_MERGE), WantedDeployment.json(Map.of("metadata", metadata)));
    }

    /** Deletes it with its pods. */
    void collect(DeployedVersion existing) {
        one(existing.key()).lockResourceVersion(existing.resourceVersion()).delete();
    }

    /** Returns the pods that belong to its version. */
    List<Pod> pods(DeployedVersion of) {
        return client.pods()
                .inNamespace(of.key().namespace())
                .withLabels(DistilledLabels.of(of.version()))
                .list()
                .getItems();
    }
}
