package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.ClusterState;
import dev.kitsune.k8s.read.CollectedObjects;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a cluster once, without watching it. */
record ClusterReading(KubernetesClient client, ClusterState state) {
    /** @throws NoClusterException if the API server cannot be reached */
    CatalogChange read() {
        for (Kind kind : ClusterState.KINDS) {
            list(state.resources(kind), Lists.resources(kind, client), null, Lists.REMEDY);
        }
        list(state.namespaces(), Lists.namespaces(client), null, Lists.REMEDY);
        list(state.pods(), Lists.pods(client), null, Lists.REMEDY);
        for (String namespace : neededSecrets()) {
            list(state.secrets(namespace), Lists.secrets(namespace, client), Lists.SECRET_FIELDS, Lists.SECRETS_REMEDY);
        }
        return state.takeReadable();
    }

    private Set<String> neededSecrets() {
        state.settle();
        return state.secretNamespaces();
    }

    private <T extends HasMetadata> void list(
            CollectedObjects<T> objects,
            FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ?> api,
            @Nullable String fields,
            String remedy) {
        try {
            objects.list(
                    api.list(new ListOptionsBuilder().withFieldSelector(fields).build())
                            .getItems());
        } catch (KubernetesClientException e) {
            if (!ApiRefusal.is(e)) {
                throw new NoClusterException(client.getMasterUrl().toString(), ApiRefusal.words(e));
            }
            objects.hold(PlainObjects.sentence(ApiRefusal.words(e), remedy));
        }
    }
}
