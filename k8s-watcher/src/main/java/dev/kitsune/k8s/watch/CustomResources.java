package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.ResourceObjects;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/**
 * Kitsune's custom resources in the API server. They are generic resources, because one resource that cannot be decoded
 * would stop a typed watch.
 */
public final class CustomResources {
    private CustomResources() {}

    /** Returns those of a kind that users write. */
    public static MixedOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            of(Kind kind, KubernetesClient client) {
        return of(kind.name(), ResourceObjects.plural(kind), kind.namespaced(), client);
    }

    /** Returns one of them. */
    public static Resource<GenericKubernetesResource> one(ObjectKey key, KubernetesClient client) {
        var all = of(key.kind(), client);
        return key.kind().namespaced()
                ? all.inNamespace(key.namespace()).withName(key.name())
                : all.withName(key.name());
    }

    /** Returns those of a kind. {@code plural}: its name in the paths of the API server */
    public static MixedOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            of(String kind, String plural, boolean namespaced, KubernetesClient client) {
        return client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                .withGroup(Kind.GROUP)
                .withVersion(Kind.VERSION)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(namespaced)
                .build());
    }
}
