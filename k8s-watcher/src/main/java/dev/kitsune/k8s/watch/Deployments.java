package dev.kitsune.k8s.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** Deployments in the API server. They are generic resources, so fields that this client does not know stay as they are. */
public final class Deployments {
    private Deployments() {}

    /** Returns those of a namespace. */
    public static NonNamespaceOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            of(String namespace, KubernetesClient client) {
        return client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup("apps")
                        .withVersion("v1")
                        .withKind("Deployment")
                        .withPlural("deployments")
                        .withNamespaced(true)
                        .build())
                .inNamespace(namespace);
    }
}
