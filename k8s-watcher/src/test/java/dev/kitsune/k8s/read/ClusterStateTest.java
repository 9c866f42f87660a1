package dev.kitsune.k8s.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.SecretId;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
    private static final Kind KIND = Kind.VirtualEnvironment;
    private static final String REFERENCE =
            "{environment: dev, data: {secrets: {key: {secretRef: {name: stripe, key: token}}}}}";

    private final ClusterState state = new ClusterState("kitsune-system");

    private void listAll(GenericKubernetesResource... virtualEnvironments) {
        ClusterState.KINDS.stream().filter(kind -> kind != KIND).forEach(kind -> state.resources(kind)
                .list(List.of()));
        state.pods().list(List.of());
        state.namespaces().list(List.of());
        state.services().list(List.of());
        state.resources(KIND).list(List.of(virtualEnvironments));
    }

    private CatalogChange next() {
        return Objects.requireNonNull(state.take(), "a change");
    }

    private static ObjectKey key(String name) {
        return new ObjectKey(KIND, "shop", name);
    }

    private static GenericKubernetesResource fix(long generation, String spec) {
        return Yaml.resource("VirtualEnvironment", "shop", "fix", generation, spec);
    }

    private static Pod pod(String name, boolean ready) {
        return Yaml.pod("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: shop
                  labels: {kitsune.dev/app: shop, kitsune.dev/component: cart, kitsune.dev/version: c1}
                status: {phase: Running, podIP: 10.1.2.3, conditions: [{type: Ready, status: "%s"}]}
                """.formatted(name, ready ? "True" : "False"));
    }

    @Test
    void nothingIsDeliveredBeforeEverythingWasListed() {
        assertThat(state.take()).isNull();
        state.resources(KIND).list(List.of(fix(1, "{parent: main}")));
        assertThat(state.take()).isNull();
        assertThat(state.awaited()).contains("CustomResourceDefinition/adapters.kitsune.dev", "Pods");

        listAll(fix(1, "{parent: main}"));

        CatalogChange change = next();
        assertThat(change.objects()).containsExactly(key("fix"));
        assertThat(change.catalog().namespacedSecrets()).isTrue();
        assertThat(change.catalog().created()).containsEntry(key("fix"), Instant.parse("2026-11-30T10:00:00Z"));
        assertThat(state.take()).isNull();
    }

    @Test
    void aListenerHearsOfEachResourceThatCounts() {
        List<String> heard = new ArrayList<>();
        ResourceObjects resources = new ClusterState("kitsune-system", new ResourceListener() {
                    @Override
                    public void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
                        heard.add("put " + key + " "
                                + resource.getAdditionalProperties().get("status"));
                    }

                    @Override
                    public void removed(ObjectKey key) {
                        heard.add("removed " + key);
                    }
                })
                .resources(KIND);
        GenericKubernetesResource withStatus = fix(1, "{parent: main}");
        withStatus.setAdditionalProperty("status", "new");

        resources.put(fix(1, "{parent: main}"));
        resources.put(withStatus);
        resources.put(Yaml.virtualEnvironment("shop", "bad", "{}"));
        resources.list(List.of());

        assertThat(heard)
                .startsWith("put " + key("fix") + " null", "put " + key("fix") + " new", "removed " + key("bad"))
                .contains("removed " + key("fix"))
                .hasSize(5);
    }

    @Test
    void severalListenersHearOfEachResourceAndOneMayHearOfUnreadableOnes() {
        List<String> heard = new ArrayList<>();
        ResourceListener one = heardBy("one", heard);
        ResourceListener other = new ResourceListener() {
            @Override
            public void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
                heard.add("other put " + key);
            }

            @Override
            public void unreadable(ObjectKey key, GenericKubernetesResource resource) {
                heard.add("other unreadable " + key);
            }

            @Override
            public void removed(ObjectKey key) {
                heard.add("other removed " + key);
            }
        };
        ResourceObjects resources =
                new ClusterState("kitsune-system", ResourceListener.all(List.of(one, other))).resources(KIND);

        resources.put(fix(1, "{parent: main}"));
        resources.put(Yaml.virtualEnvironment("shop", "bad", "{}"));
        resources.remove(fix(1, "{parent: main}"));

        assertThat(heard)
                .containsExactly(
                        "one put " + key("fix"),
                        "other put " + key("fix"),
                        "one removed " + key("bad"),
                        "other unreadable " + key("bad"),
                        "one removed " + key("fix"),
                        "other removed " + key("fix"));
    }

    private static ResourceListener heardBy(String who, List<String> heard) {
        return new ResourceListener() {
            @Override
            public void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
                heard.add(who + " put " + key);
            }

            @Override
            public void removed(ObjectKey key) {
                heard.add(who + " removed " + key);
            }
        };
    }

    @Test
    void aChangeNamesOnlyWhatChanged() {
        listAll(fix(1, "{parent: main}"), Yaml.virtualEnvironment("shop", "main", "{environment: dev}"));
        next();

        state.resources(KIND).put(fix(2, "{parent: main, components: {cart: c2}}"));
        assertThat(next().objects()).containsExactly(key("fix"));

        state.resources(KIND).remove(fix(2, "{}"));
        CatalogChange removal = next();
        assertThat(removal.objects()).containsExactly(key("fix"));
        assertThat(removal.catalog().manifests()).containsOnlyKeys(key("main"));
        assertThat(removal.catalog().created()).containsOnlyKeys(key("main"));
    }

    private static Namespace namespace(String name, String tier) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("tier", tier)
                .endMetadata()
                .build();
    }

    @Test
    void theLabelsOfNamespacesAreDeliveredWhenTheyChange() {
        listAll();
        next();

        state.namespaces().list(List.of(namespace("shop", "gold"), namespace("team", "iron")));
        CatalogChange first = next();
        assertThat(first.namespaces()).containsExactlyInAnyOrder("shop", "team");
        assertThat(first.objects()).isEmpty();
        assertThat(first.catalog().namespaces().labelsOf("shop")).containsExactly(entry("tier", "gold"));

        state.namespaces().put(namespace("shop", "gold"));
        assertThat(state.take()).isNull();

        state.namespaces().put(namespace("shop", "iron"));
        assertThat(next().namespaces()).containsExactly("shop");

        state.namespaces().remove(namespace("shop", "iron"));
        CatalogChange removal = next();
        assertThat(removal.namespaces()).containsExactly("shop");
        assertThat(removal.catalog().namespaces().labelsOf("shop")).isNull();
    }

    @Test
    void aListThatChangesNothingIsNoChange() {
        listAll(fix(1, "{parent: main}"));
        next();

        listAll(fix(1, "{parent: main}"));

        assertThat(state.take()).isNull();
    }

    @Test
    void oneUnreadableObjectAffectsOnlyItself() {
        List<GenericKubernetesResource> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(Yaml.virtualEnvironment("shop", "ve-" + i, i == 77 ? "{parent: [1]}" : "{parent: main}"));
        }
        listAll(all.toArray(GenericKubernetesResource[]::new));

        CatalogChange change = next();

        assertThat(change.catalog().manifests()).hasSize(199).doesNotContainKey(key("ve-77"));
        assertThat(change.problems()).extracting(Problem::object).containsOnly(key("ve-77"));
        assertThat(change.standIns()).isEmpty();
    }

    @Test
    void anObjectThatBecameUnreadableKeepsItsLastReadableVersion() {
        listAll(fix(1, "{parent: main}"));
        Manifest<?> good = next().catalog().manifests().get(key("fix"));

        state.resources(KIND).put(fix(2, "{parent: [main]}"));
        CatalogChange bad = next();
        assertThat(bad.catalog().manifests()).containsEntry(key("fix"), good);
        assertThat(bad.standIns()).containsExactly(key("fix"));
        assertThat(bad.problems()).isNotEmpty();

        state.resources(KIND).put(fix(3, "{parent: other}"));
        CatalogChange mended = next();
        assertThat(mended.standIns()).isEmpty();
        assertThat(mended.problems()).isEmpty();
    }

    /** The API server lets it exist because of a finalizer. */
    @Test
    void aDeletedObjectThatExistsStaysInForce() {
        listAll(fix(1, "{parent: main}"));
        assertThat(next().deleted()).isEmpty();
        GenericKubernetesResource deleted = fix(2, "{parent: main}");
        deleted.getMetadata().setDeletionTimestamp("2026-11-30T11:00:00Z");

        state.resources(KIND).put(deleted);
        CatalogChange change = next();
        assertThat(change.deleted()).containsExactly(key("fix"));
        assertThat(change.objects()).containsExactly(key("fix"));
        assertThat(change.catalog().manifests()).containsKey(key("fix"));
        assertThat(state.take()).isNull();

        state.resources(KIND).remove(deleted);
        CatalogChange gone = next();
        assertThat(gone.deleted()).isEmpty();
        assertThat(gone.catalog().manifests()).isEmpty();
    }

    @Test
    void aListenerHearsOfNamespacesThatEnd() {
        List<String> heard = new ArrayList<>();
        ClusterState listened = new ClusterState("kitsune-system", new ResourceListener() {
            @Override
            public void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {}

            @Override
            public void removed(ObjectKey key) {}

            @Override
            public void namespace(String name, boolean ends) {
                heard.add(name + " " + ends);
            }
        });
        Namespace ending = namespace("shop", "gold");
        ending.getMetadata().setDeletionTimestamp("2026-11-30T11:00:00Z");

        listened.namespaces().put(namespace("shop", "gold"));
        listened.namespaces().put(ending);
        listened.namespaces().put(ending);
        listened.namespaces().remove(ending);

        assertThat(heard).containsExactly("shop true", "shop false");
    }

    @Test
    void whatCannotBeListedStaysAndIsReported() {
        listAll(fix(1, "{parent: main}"));
        next();

        state.resources(KIND).hold("the definition is missing");
        CatalogChange held = next();
        assertThat(held.objects()).isEmpty();
        assertThat(held.catalog().manifests()).containsKey(key("fix"));
        assertThat(held.problems())
                .extracting(Problem::toString)
                .containsExactly("CustomResourceDefinition/virtualenvironments.kitsune.dev error UnreadableFile"
                        + " the definition is missing");

        state.resources(KIND).list(List.of());
        CatalogChange listed = next();
        assertThat(listed.problems()).isEmpty();
        assertThat(listed.catalog().manifests()).isEmpty();
    }

    @Test
    void whatWasLostWithItsDefinitionStaysUntilItIsCreatedAgain() {
        listAll(fix(1, "{parent: main}"), Yaml.virtualEnvironment("shop", "main", "{environment: dev}"));
        next();

        state.resources(KIND).lose();
        state.resources(KIND).list(List.of());
        CatalogChange lost = next();
        assertThat(lost.catalog().manifests()).containsOnlyKeys(key("fix"), key("main"));
        assertThat(lost.problems()).extracting(Problem::code).containsExactly(ProblemCode.EmptyFolder);

        state.resources(KIND).put(fix(1, "{parent: main}"));
        state.resources(KIND).list(List.of(fix(1, "{parent: main}")));
        assertThat(next().catalog().manifests()).containsOnlyKeys(key("fix"), key("main"));

        state.resources(KIND).list(List.of());
        assertThat(next().catalog().manifests()).containsOnlyKeys(key("main"));
    }

    @Test
    void theLabelOfANamespaceDecidesAboutItsPods() {
        listAll();
        state.pods().list(List.of(pod("cart-1", true)));
        assertThat(next().catalog().manifests()).isEmpty();
        ObjectKey workload = new ObjectKey(Kind.Workload, "shop", "cart-1");

        state.namespaces().put(Yaml.namespace("shop", "{kitsune.dev/inject: enabled}"));
        CatalogChange enabled = next();
        assertThat(enabled.objects()).containsExactly(workload);
        assertThat(enabled.catalog().manifests()).containsOnlyKeys(workload);

        state.pods().put(pod("cart-1", false));
        assertThat(next().objects()).containsExactly(workload);

        state.namespaces().list(List.of(Yaml.namespace("shop", "{}")));
        assertThat(next().catalog().manifests()).isEmpty();
    }

    @Test
    void aPodThatIsMissingInTheNextListIsGone() {
        listAll();
        state.namespaces().list(List.of(Yaml.namespace("shop", "{kitsune.dev/inject: enabled}")));
        state.pods().list(List.of(pod("cart-1", true), pod("cart-2", true)));
        next();

        state.pods().list(List.of(pod("cart-2", true)));

        assertThat(next().objects()).containsExactly(new ObjectKey(Kind.Workload, "shop", "cart-1"));
    }

    @Test
    void theFirstChangeWaitsForTheSecretsThatAreReferenced() {
        listAll(fix(1, REFERENCE));
        assertThat(state.take()).isNull();
        assertThat(state.secretLists()).containsExactly(SecretList.of("shop"));

        state.secrets(SecretList.of("shop")).list(List.of(Yaml.secret("shop", "stripe", "{token: c2tfMQ==}")));

        CatalogChange change = next();
        assertThat(change.secrets()).containsExactly(new SecretId("shop", "stripe"));
        assertThat(change.toString()).doesNotContain("sk_1").doesNotContain("c2tfMQ==");
    }

    @Test
    void secretsThatMayNotBeReadAreAProblemAndDoNotStopTheRest() {
        listAll(fix(1, REFERENCE));
        state.take();

        state.secrets(SecretList.of("shop")).hold("they cannot be listed");

        assertThat(next().problems())
                .extracting(Problem::toString)
                .containsExactly("Secrets/shop error UnreadableFile they cannot be listed");
    }

    @Test
    void valuesThatAreServedStayWhenTheRightIsTakenAway() {
        listAll(fix(1, REFERENCE));
        state.take();
        state.secrets(SecretList.of("shop")).list(List.of(Yaml.secret("shop", "stripe", "{token: c2tfMQ==}")));
        next();

        state.secrets(SecretList.of("shop")).hold("they cannot be listed");

        assertThat(next().catalog().secrets()).containsOnlyKeys(new SecretId("shop", "stripe"));
    }

    @Test
    void secretsThatNothingReferencesAreForgotten() {
        listAll(fix(1, REFERENCE));
        state.take();
        CollectedObjects<io.fabric8.kubernetes.api.model.Secret> secrets = state.secrets(SecretList.of("shop"));
        secrets.list(List.of(Yaml.secret("shop", "stripe", "{token: c2tfMQ==}")));
        next();

        state.resources(KIND).put(fix(2, "{environment: dev}"));
        CatalogChange change = next();
        assertThat(change.secrets()).containsExactly(new SecretId("shop", "stripe"));
        assertThat(change.catalog().secrets()).isEmpty();
        assertThat(state.secretLists()).isEmpty();

        secrets.put(Yaml.secret("shop", "stripe", "{token: c2tfMg==}"));
        assertThat(state.take()).isNull();
    }

    @Test
    void keysForTokensAreReadByTheirNamesInKitsunesNamespace() {
        SecretList keys = new SecretList("kitsune-system", "token-keys");
        listAll(Yaml.virtualEnvironment("shop", "main", "{environment: dev}"));
        state.resources(Kind.Environment)
                .list(List.of(
                        Yaml.environment("dev", "{selection: {type: Token, jwks: {secretRef: {name: token-keys}}}}")));
        assertThat(state.take()).isNull();
        assertThat(state.secretLists()).containsExactly(keys);

        state.secrets(keys).list(List.of(Yaml.secret("kitsune-system", "token-keys", "{jwks.json: e30=}")));

        assertThat(next().catalog().secrets()).containsOnlyKeys(new SecretId("", "token-keys"));
        state.secrets(keys).hold("it cannot be listed");
        assertThat(next().problems())
                .extracting(Problem::toString)
                .containsExactly("Secrets/kitsune-system/token-keys error UnreadableFile it cannot be listed");
    }
}
