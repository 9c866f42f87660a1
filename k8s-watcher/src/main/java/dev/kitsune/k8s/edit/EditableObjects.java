package dev.kitsune.k8s.edit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.k8s.watch.CustomResources;
import dev.kitsune.k8s.watch.NoClusterException;
import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

/**
 * The custom resources of a cluster as a user writes them. Every method throws {@link NoClusterException} with the words
 * of the API server if it refuses, or if it cannot be reached.
 */
public record EditableObjects(Cluster cluster) {
    private static final ObjectMapper JSON = new ObjectMapper();

    private interface ApiCall<T> {
        T with(KubernetesClient client);
    }

    /** Returns the object as it stands there, without what is not the user's. */
    public ObjectNode read(ObjectKey key) {
        GenericKubernetesResource found =
                call("read", key, client -> CustomResources.one(key, client).get());
        if (found == null) {
            throw new NoClusterException("there is no " + key + " in the cluster any more");
        }
        found.getMetadata().setManagedFields(null);
        ObjectNode object = JSON.valueToTree(found);
        object.remove("status");
        return object;
    }

    public void create(ObjectKey key, JsonNode object) {
        call("create", key, client -> CustomResources.of(key.kind(), client)
                .inNamespace(key.namespace())
                .resource(resource(object))
                .create());
    }

    /** Replaces an object that was read. It is refused if somebody else has changed the object meanwhile. */
    public void replace(ObjectKey key, JsonNode object) {
        call("change", key, client -> CustomResources.of(key.kind(), client)
                .inNamespace(key.namespace())
                .resource(resource(object))
                .update());
    }

    public void delete(ObjectKey key) {
        call("delete", key, client -> CustomResources.one(key, client).delete());
    }

    private static GenericKubernetesResource resource(JsonNode object) {
        return JSON.convertValue(object, GenericKubernetesResource.class);
    }

    private <T> T call(String verb, ObjectKey key, ApiCall<T> call) {
        try (ApiConnection connection = new ApiConnection(cluster.config())) {
            return call.with(connection.client());
        } catch (KubernetesClientException e) {
            throw new NoClusterException(
                    "the cluster " + cluster.name() + " refuses to " + verb + " " + key + ": " + ApiRefusal.words(e));
        }
    }
}
