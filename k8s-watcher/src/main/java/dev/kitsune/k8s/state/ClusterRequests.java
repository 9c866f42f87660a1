package dev.kitsune.k8s.state;

import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.k8s.watch.CustomResources;
import dev.kitsune.k8s.watch.NoClusterException;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks for releases of virtual environments of a cluster, and follows what becomes of the requests. */
public record ClusterRequests(Cluster cluster) {
    private static final long FOR_EVER_DAYS = 365;

    /** Looks at the state of a virtual environment, again and again. */
    @FunctionalInterface
    public interface RequestFollower {
        /**
         * Returns whether it has seen enough.
         *
         * @param asked the id of the request that stands in the object; null for none
         */
        boolean isOver(ReleaseStatus status, @Nullable String asked);
    }

    /**
     * Writes a request into its object. It replaces one that is not processed yet.
     *
     * @throws NoClusterException if the user may not do that, or if the API server cannot be reached
     */
    public void ask(ObjectKey virtualEnvironment, ReleaseRequest request) {
        try (ApiConnection connection = new ApiConnection(cluster.config())) {
            Map<String, Object> patch = Map.of(
                    "metadata", Map.of("annotations", Map.of(RequestAnnotation.NAME, RequestAnnotation.text(request))));
            resource(virtualEnvironment, connection)
                    .patch(PatchContext.of(PatchType.JSON_MERGE), StatusJson.text(patch));
        } catch (KubernetesClientException e) {
            throw new NoClusterException("the request cannot be written: " + ApiRefusal.words(e)
                    + "; ask an operator of the cluster for the role kitsune-edit in namespace "
                    + virtualEnvironment.namespace());
        }
    }

    /**
     * Returns when the follower has seen enough.
     *
     * @throws NoClusterException if the object is deleted, or if it cannot be watched
     */
    public void follow(ObjectKey virtualEnvironment, RequestFollower follower) {
        try (ApiConnection connection = new ApiConnection(cluster.config())) {
            resource(virtualEnvironment, connection)
                    .waitUntilCondition(
                            object -> object == null || follower.isOver(status(object), asked(object)),
                            FOR_EVER_DAYS,
                            TimeUnit.DAYS);
        } catch (KubernetesClientException e) {
            throw new NoClusterException("the request was written, and " + virtualEnvironment + " cannot be watched: "
                    + ApiRefusal.words(e));
        }
    }

    private static Resource<GenericKubernetesResource> resource(ObjectKey key, ApiConnection connection) {
        return CustomResources.of(key.kind(), connection.client())
                .inNamespace(key.namespace())
                .withName(key.name());
    }

    /** Without frozen contents, which nobody needs who waits. */
    private static ReleaseStatus status(GenericKubernetesResource object) {
        Object release = object.get("status", "release");
        try {
            return release == null
                    ? ReleaseStatus.NONE
                    : StatusJson.read(release, ReleaseForm.class).status(Map.of());
        } catch (IllegalArgumentException e) {
            return ReleaseStatus.NONE;
        }
    }

    private static @Nullable String asked(GenericKubernetesResource object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        ReleaseRequest request = RequestAnnotation.read(
                        new VirtualEnvironmentName(object.getMetadata().getName()),
                        annotations == null ? null : annotations.get(RequestAnnotation.NAME))
                .request();
        return request == null ? null : request.id();
    }
}
