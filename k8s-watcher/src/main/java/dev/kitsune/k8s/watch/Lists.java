package dev.kitsune.k8s.watch;

import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;

/** The lists of the API server that Kitsune reads, and what to do if it may not read one. */
final class Lists {
    static final String REMEDY = "allow Kitsune to list and watch them in the whole cluster";
    static final String SECRETS_REMEDY =
            "allow Kitsune to list and watch the Secrets of this namespace, because a virtual environment there references"
                    + " some";

    /** Releases of Helm and tokens are large or many, and no environment references them. */
    static final String SECRET_FIELDS = "type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token";

    private Lists() {}

    static FilterWatchListDeletable<
                    GenericKubernetesResource, ? extends KubernetesResourceList<GenericKubernetesResource>, ?>
            resources(Kind kind, KubernetesClient client) {
        return CustomResources.of(kind, client).inAnyNamespace();
    }

    static FilterWatchListDeletable<Pod, ? extends KubernetesResourceList<Pod>, ?> pods(KubernetesClient client) {
        return client.pods().inAnyNamespace();
    }

    static FilterWatchListDeletable<Namespace, ? extends KubernetesResourceList<Namespace>, ?> namespaces(
            KubernetesClient client) {
        return client.namespaces();
    }

    static FilterWatchListDeletable<Secret, ? extends KubernetesResourceList<Secret>, ?> secrets(
            String namespace, KubernetesClient client) {
        return client.secrets().inNamespace(namespace);
    }
}
