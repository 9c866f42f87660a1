package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.ClusterState;
import dev.kitsune.k8s.read.CollectedObjects;
import dev.kitsune.k8s.read.SecretList;
import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a cluster once, without watching it. Whoever may read the whole cluster gets all of it, because a parent may be
 * in any namespace. Whoever may not gets what is in the namespace of interest.
 */
final class ClusterReading {
    private static final String ASK = "ask an operator of the cluster for the right to ";

    private final KubernetesClient client;
    private final @Nullable String namespace;
    private final ClusterState state;
    private final Set<String> partly = new HashSet<>();

    /** {@code namespace}: the only one of interest; null for all */
    ClusterReading(KubernetesClient client, @Nullable String namespace, ClusterState state) {
        this.client = client;
        this.namespace = namespace;
        this.state = state;
    }

    /** Asks the API server for objects. */
    @FunctionalInterface
    private interface Question<T> {
        List<T> ask();
    }

    /** @throws NoClusterException if the API server cannot be reached, or does not know the user */
    ClusterContent read() {
        String one = namespace;
        for (Kind kind : ClusterState.KINDS) {
            list(
                    state.resources(kind),
                    () -> items(Lists.resources(kind, client), null),
                    one == null || !kind.namespaced()
                            ? null
                            : () -> items(CustomResources.of(kind, client).inNamespace(one), null),
                    kind.namespaced() ? inNamespace() : ASK + "list them");
        }
        list(
                state.namespaces(),
                () -> items(Lists.namespaces(client), null),
                one == null ? null : () -> only(one),
                one == null ? inNamespace() : ASK + "get namespace " + one);
        list(
                state.pods(),
                () -> items(Lists.pods(client), null),
                one == null ? null : () -> items(client.pods().inNamespace(one), null),
                inNamespace());
        list(
                state.services(),
                () -> items(Lists.services(client), null),
                one == null ? null : () -> items(client.services().inNamespace(one), null),
                inNamespace());
        for (SecretList needed : neededSecrets()) {
            list(
                    state.secrets(needed),
                    () -> items(Lists.secrets(needed, client), Lists.fields(needed)),
                    null,
                    needed.name() == null
                            ? "each of them counts as present, because you may not know whether it is"
                            : "you may not know whether the keys in it can check tokens");
        }
        return new ClusterContent(state.takeReadable(), partly);
    }

    private String inNamespace() {
        return namespace == null
                ? "name your namespace by --namespace, or " + ASK + "list them in the whole cluster"
                : ASK + "list them in namespace " + namespace;
    }

    private Set<SecretList> neededSecrets() {
        state.settle();
        return new TreeSet<>(state.secretLists());
    }

    /** Whoever may act in a namespace may usually get it, and may not list the others. */
    private List<Namespace> only(String name) {
        Namespace found = client.namespaces().withName(name).get();
        return found == null ? List.of() : List.of(found);
    }

    private static <T extends HasMetadata> List<T> items(
            FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ?> api, @Nullable String fields) {
        return api.list(new ListOptionsBuilder().withFieldSelector(fields).build())
                .getItems();
    }

    /**
     * Lists some objects.
     *
     * @param part what is asked if the user may not list all of them; null if they belong to no namespace
     * @param remedy what the user can do, as the end of a sentence
     */
    private <T extends HasMetadata> void list(
            CollectedObjects<T> objects, Question<T> all, @Nullable Question<T> part, String remedy) {
        try {
            objects.list(all.ask());
        } catch (KubernetesClientException e) {
            if (ApiRefusal.isForbidden(e) && part != null) {
                partly.add(objects.place());
                list(objects, part, null, remedy);
            } else {
                partly.remove(objects.place());
                objects.hold("they cannot be listed: " + refusal(e) + "; "
                        + (ApiRefusal.isUnknown(e) ? "install Kitsune in this cluster" : remedy));
            }
        }
    }

    /** Returns the reason for which the user may not read something. */
    private String refusal(KubernetesClientException e) {
        String server = client.getMasterUrl().toString();
        if (ApiRefusal.isNobody(e)) {
            throw NoClusterException.unknownUser(server, ApiRefusal.words(e));
        }
        if (!ApiRefusal.is(e)) {
            throw NoClusterException.unreachable(server, ApiRefusal.words(e));
        }
        return ApiRefusal.words(e);
    }
}
