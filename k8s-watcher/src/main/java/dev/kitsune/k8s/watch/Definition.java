package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.ResourceObjects;
import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

/**
 * The custom resource definition of a kind, as it is now. Deleting it deletes every resource of the kind.
 *
 * @param uid null if there is none that stands
 * @param trouble why none stands, as a sentence; empty if one does
 */
public record Definition(@Nullable String uid, String trouble) {
    /**
     * Reads the definition of a kind.
     *
     * @throws KubernetesClientException if the API server does not answer
     */
    public static Definition of(Kind kind, KubernetesClient client) {
        String name = ResourceObjects.definition(kind);
        CustomResourceDefinition found;
        try {
            found = client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(name)
                    .get();
        } catch (KubernetesClientException e) {
            if (ApiRefusal.is(e)) {
                return new Definition(
                        null,
                        "the definition cannot be read, so nobody knows whether it is being deleted: "
                                + ApiRefusal.words(e) + "; allow Kitsune to get it");
            }
            throw e;
        }
        if (found == null) {
            return new Definition(null, "the definition is missing; install the definitions of Kitsune again");
        }
        if (found.getMetadata().getDeletionTimestamp() != null) {
            return new Definition(
                    null, "the definition is being deleted; install the definitions of Kitsune again when it is gone");
        }
        return new Definition(found.getMetadata().getUid(), "");
    }

    /** Whether it exists and is not being deleted. */
    public boolean stands() {
        return uid != null;
    }
}
