package dev.kitsune.k8s.state;

import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.k8s.watch.CustomResources;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import org.jspecify.annotations.Nullable;

/**
 * The requests to the API server about ReleaseManifests. Each throws {@link KubernetesClientException} if there is no answer,
 * or if it is refused.
 */
final class ReleaseApi {
    static final String MANIFEST = "ReleaseManifest";
    private static final long PAGE = 200;

    private final KubernetesClient lists;
    private final KubernetesClient objects;

    ReleaseApi(ApiConnection connection) {
        this.lists = connection.client();
        this.objects = connection.client(AnswerTime.OBJECT);
    }

    /** Receives the objects of a list. */
    @FunctionalInterface
    interface ManifestVisitor {
        void visit(GenericKubernetesResource manifest);
    }

    private static MixedOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            manifests(KubernetesClient client) {
        return CustomResources.of(MANIFEST, "releasemanifests", true, client);
    }

    @Nullable
    GenericKubernetesResource manifest(String namespace, String name) {
        return manifests(objects).inNamespace(namespace).withName(name).get();
    }

    /** Lists page by page, because the contents are large. */
    void manifests(ManifestVisitor visitor) {
        String next = null;
        do {
            GenericKubernetesResourceList page = manifests(lists)
                    .inAnyNamespace()
                    .list(new ListOptionsBuilder()
                            .withLimit(PAGE)
                            .withContinue(next)
                            .build());
            page.getItems().forEach(visitor::visit);
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
    }

    /** Returns false if there is an object of this name. */
    boolean create(GenericKubernetesResource manifest) {
        try {
            manifests(objects)
                    .inNamespace(manifest.getMetadata().getNamespace())
                    .resource(manifest)
                    .create();
            return true;
        } catch (KubernetesClientException e) {
            if (ApiRefusal.isConflict(e)) {
                return false;
            }
            throw e;
        }
    }

    void deleteManifest(String namespace, String name) {
        manifests(objects).inNamespace(namespace).withName(name).delete();
    }
}
