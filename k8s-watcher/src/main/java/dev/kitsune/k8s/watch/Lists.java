package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.SecretList;
import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;

/** The lists of the API server that Kitsune reads, and what to do if it may not read one. */
final class Lists {
    static final String REMEDY = "allow Kitsune to list and watch them in the whole cluster";
    static final String SERVICES_REMEDY =
            REMEDY + "; until then, a captured call that sends its first byte late may reach"
                    + " the Service that it names instead of the version that its virtual environment chooses";

    /** Releases of Helm and tokens are large or many, and no environment references them. */
    private static final String SECRET_FIELDS = "type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token";

    private Lists() {}

    static FilterWatchListDeletable<
                    GenericKubernetesResource, ? extends KubernetesResourceList<GenericKubernetesResource>, ?>
            resources(Kind kind, KubernetesClient client) {
        return CustomResources.of(kind, client).inAnyNamespace();
    }

    static FilterWatchListDeletable<Pod, ? extends KubernetesResourceList<Pod>, ?> pods(KubernetesClient client) {
        return client.pods().inAnyNamespace();
    }

    static FilterWatchListDeletable<Service, ? extends KubernetesResourceList<Service>, ?> services(
            KubernetesClient client) {
        return client.services().inAnyNamespace();
    }

    static FilterWatchListDeletable<Namespace, ? extends KubernetesResourceList<Namespace>, ?> namespaces(
            KubernetesClient client) {
        return client.namespaces();
    }

    static FilterWatchListDeletable<Secret, ? extends KubernetesResourceList<Secret>, ?> secrets(
            SecretList list, KubernetesClient client) {
        return client.secrets().inNamespace(list.namespace());
    }

    /** Returns the selector of fields for a list. One by the name fits a right to this Secret alone. */
    static String fields(SecretList list) {
        return list.name() == null ? SECRET_FIELDS : "metadata.name=" + list.name();
    }

    static String remedy(SecretList list) {
        return list.name() == null
                ? "allow Kitsune to list and watch the Secrets of this namespace, because a virtual environment there"
                        + " references some"
                : "allow Kitsune to list and watch this Secret, because the `jwks` of an Environment or `gateway.tls` of"
                        + " the Platform names it: add " + list.name()
                        + " to `tokenKeys` of the chart, or to its `gateway.tls.secrets`";
    }
}
