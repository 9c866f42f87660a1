package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.k8s.state.RequestAnnotation;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironment.ReleasedApp;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseEntry.Phase;
import dev.kitsune.model.release.ReleaseEntry.ReleaseSource;
import dev.kitsune.model.release.ReleaseEntry.ReleaseTimes;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.ReleaseStore.KeepOutcome;
import dev.kitsune.model.release.ReleaseStore.Kept;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.stored.StoredJson;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Releases that a real API server stores. */
@ExtendWith(SharedApiServer.class)
class ClusterReleasesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Release RELEASE = new Release(Map.of("shop", new ReleasedApp("shop-1", "1.0")), "again");

    private final ApiServer server;
    private final KubernetesClient client;
    private final String shop;
    private final VirtualEnvironmentName name;
    private final List<ReleaseReplica> replicas = new ArrayList<>();
    private final List<String> namespaces = new ArrayList<>();

    ClusterReleasesIT(ApiServer server) {
        this.server = server;
        this.client = server.client();
        this.shop = server.newNamespace("releases");
        // The names are unique in the mesh, and tests share it.
        this.name = new VirtualEnvironmentName("ve-" + shop);
        namespaces.add(shop);
    }

    @AfterEach
    void deleteAll() {
        replicas.forEach(ReleaseReplica::close);
        client.genericKubernetesResources(Kind.API_VERSION, "Platform").delete();
        for (String namespace : namespaces) {
            virtualEnvironments(namespace).delete();
            manifests(namespace).delete();
        }
    }

    private ReleaseReplica replica() {
        return replica(server.config());
    }

    private ReleaseReplica replica(Config config) {
        ReleaseReplica replica = ReleaseReplica.start(config);
        replicas.add(replica);
        return replica;
    }

    private NonNamespaceOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            virtualEnvironments(String namespace) {
        return client.genericKubernetesResources(Kind.API_VERSION, "VirtualEnvironment")
                .inNamespace(namespace);
    }

    private NonNamespaceOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            manifests(String namespace) {
        return client.genericKubernetesResources(Kind.API_VERSION, "ReleaseManifest")
                .inNamespace(namespace);
    }

    private GenericKubernetesResource create(String namespace) {
        client.resource("""
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: %s}
                spec: {environment: dev}
                """.formatted(name, namespace)).serverSideApply();
        return stored(namespace);
    }

    private GenericKubernetesResource stored(String namespace) {
        return Objects.requireNonNull(
                virtualEnvironments(namespace).withName(name.value()).get());
    }

    private void annotate(String text) {
        virtualEnvironments(shop).withName(name.value()).edit(object -> {
            object.getMetadata().setAnnotations(Map.of(RequestAnnotation.NAME, text));
            return object;
        });
    }

    private List<String> manifestNames() {
        return manifests(shop).list().getItems().stream()
                .map(GenericKubernetesResource::getMetadata)
                .map(ObjectMeta::getName)
                .sorted()
                .toList();
    }

    private static ReleaseManifest content(String environment) {
        try (InputStream json = ClusterReleasesIT.class.getResourceAsStream("frozen-content.json")) {
            ReleaseManifest of = StoredJson.mapper().readValue(json, ReleaseManifest.class);
            return new ReleaseManifest(environment, of.apps(), of.appDeployments(), of.adapters(), of.overlay());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ReleaseEntry entry(int id, Phase phase, @Nullable ReleaseManifest frozen) {
        boolean waits = phase == Phase.Pending;
        boolean over = phase != Phase.Active && !waits;
        return new ReleaseEntry(
                id,
                RELEASE,
                ReleaseSource.Manifest,
                phase,
                new ReleaseTimes(
                        Instant.ofEpochSecond(id),
                        waits ? Instant.ofEpochSecond(id, 7_000) : null,
                        waits ? null : Instant.ofEpochSecond(id, 1_000_000),
                        over ? Instant.ofEpochSecond(id + 1) : null),
                waits ? List.of("no workload runs shop/cart@c.1") : List.of(),
                frozen);
    }

    private static ReleaseStatus active(int id, @Nullable ReleaseManifest frozen, ReleaseEntry... history) {
        return new ReleaseStatus(RELEASE, null, id, entry(id, Phase.Active, frozen), null, List.of(history), false);
    }

    private String version(KeepOutcome outcome) {
        assertThat(outcome).isInstanceOf(KeepOutcome.Done.class);
        return Objects.requireNonNull(((KeepOutcome.Done) outcome).version());
    }

    @Test
    void everyFieldIsKeptAndLoaded() {
        create(shop);
        ReleaseStatus status = new ReleaseStatus(
                RELEASE,
                "request-1",
                8,
                entry(7, Phase.Active, content("prod")),
                entry(8, Phase.Pending, null),
                List.of(
                        entry(6, Phase.RolledBack, content("before")),
                        entry(5, Phase.Superseded, null),
                        entry(4, Phase.DeadlineExceeded, null)),
                true);

        String version = version(replica().store().keep(name, status, null));

        assertThat(replica().loaded()).containsEntry(name, new Kept(status, version));
        assertThat(manifestNames()).containsExactly(name + "-6", name + "-7");
        assertThat(stored(shop).<Object>get("status", "release", "active", "manifest"))
                .isEqualTo(name + "-7");
        assertThat(Objects.requireNonNull(manifests(shop).withName(name + "-7").get())
                        .getMetadata()
                        .getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getUid())
                        .isEqualTo(stored(shop).getMetadata().getUid()));
    }

    @Test
    void aContentIsDeletedWhenNoStatusNamesItAnyMore() {
        create(shop);
        ReleaseReplica replica = replica();
        String first = version(replica.store().keep(name, active(1, content("one")), null));
        String second = version(replica.store()
                .keep(name, active(2, content("two"), entry(1, Phase.Superseded, content("one"))), first));
        assertThat(manifestNames()).containsExactly(name + "-1", name + "-2");

        String third = version(replica.store().keep(name, active(2, content("two")), second));
        assertThat(manifestNames()).containsExactly(name + "-2");

        assertThat(replica.store().keep(name, null, third)).isEqualTo(new KeepOutcome.Done(null));
        assertThat(manifestNames()).isEmpty();
        assertThat(stored(shop).<Object>get("status", "release")).isNull();
    }

    @Test
    void aHolderThatWasPausedGetsTheStatusOfTheNextOneAndChangesNothing() {
        create(shop);
        ReleaseReplica paused = replica();
        ReleaseReplica next = replica();
        String first = version(paused.store().keep(name, active(1, content("one")), null));
        ReleaseStatus decided = active(2, content("two"), entry(1, Phase.Superseded, content("one")));
        String second = version(next.store().keep(name, decided, first));
        String revision = stored(shop).getMetadata().getResourceVersion();

        KeepOutcome late = paused.store().keep(name, active(3, content("late")), first);

        assertThat(late).isEqualTo(new KeepOutcome.Conflict(new Kept(decided, second)));
        assertThat(stored(shop).getMetadata().getResourceVersion()).isEqualTo(revision);
        assertThat(manifestNames()).containsExactly(name + "-1", name + "-2");
    }

    @Test
    void aStatusThatSomebodyHasRemovedIsAConflict() {
        create(shop);
        ReleaseReplica replica = replica();

        assertThat(replica.store().keep(name, active(2, null), "an earlier version"))
                .isEqualTo(new KeepOutcome.Conflict(null));
    }

    @Test
    void writersOfOtherFieldsAreNoConflict() throws InterruptedException {
        create(shop);
        ReleaseReplica replica = replica();
        AtomicBoolean writing = new AtomicBoolean(true);
        Thread writer = new Thread(() -> {
            for (int count = 0; writing.get(); count++) {
                int value = count;
                virtualEnvironments(shop).withName(name.value()).edit(object -> {
                    object.getMetadata().setLabels(Map.of("count", "c" + value));
                    return object;
                });
            }
        });
        writer.start();
        try {
            String version = null;
            for (int id = 1; id <= 20; id++) {
                version = version(replica.store().keep(name, active(id, null), version));
            }
        } finally {
            writing.set(false);
            writer.join();
        }

        assertThat(stored(shop).<Object>get("status", "release", "last")).isEqualTo(20);
        assertThat(stored(shop).getMetadata().getLabels()).containsKey("count");
    }

    @Test
    void ofTwoHoldersAtOnceOneIsToldOfTheOther() {
        create(shop);
        ReleaseReplica one = replica();
        ReleaseReplica other = replica();
        String version = null;
        for (int id = 1; id <= 20; id++) {
            String expected = version;
            ReleaseStatus ofOne = active(id, content("one"));
            ReleaseStatus ofOther = active(id, content("other"));
            CompletableFuture<KeepOutcome> meanwhile =
                    CompletableFuture.supplyAsync(() -> other.store().keep(name, ofOther, expected));
            KeepOutcome outcome = one.store().keep(name, ofOne, expected);
            KeepOutcome otherOutcome = meanwhile.join();
            boolean first = outcome instanceof KeepOutcome.Done;
            version = version(first ? outcome : otherOutcome);

            assertThat(first ? otherOutcome : outcome)
                    .isEqualTo(new KeepOutcome.Conflict(new Kept(first ? ofOne : ofOther, version)));
            assertThat(replica().loaded()).containsEntry(name, new Kept(first ? ofOne : ofOther, version));
        }
    }

    @Test
    void anotherReplicaSeesEachStatus() {
        create(shop);
        ReleaseReplica holder = replica();
        ReleaseReplica other = replica();
        ReleaseStatus status = active(1, content("one"));

        String version = version(holder.store().keep(name, status, null));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(other.told())
                .containsEntry(name, Optional.of(new Kept(status, version))));
        holder.store().keep(name, null, version);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(other.told()).containsEntry(name, Optional.empty()));
        assertThat(holder.told()).as("what it has saved itself").doesNotContainKey(name);
    }

    @Test
    void aHolderThatEndedBeforeTheStatusHasDecidedTheSame() {
        create(shop);
        ReleaseReplica first = replica();
        String version = version(first.store().keep(name, active(7, content("prod")), null));
        String uid = uid(name + "-7");
        // Its content is written, and the status is not.
        forgetStatus();
        first.close();

        ReleaseReplica next = replica();

        assertThat(next.loaded()).doesNotContainKey(name);
        assertThat(version(next.store().keep(name, active(7, content("prod")), null)))
                .isEqualTo(version);
        assertThat(uid(name + "-7")).isEqualTo(uid);
    }

    @Test
    void anotherContentOfAHolderThatEndedBeforeTheStatusIsReplaced() {
        create(shop);
        ReleaseReplica first = replica();
        version(first.store().keep(name, active(7, content("prod")), null));
        forgetStatus();
        first.close();

        ReleaseReplica next = replica();
        ReleaseStatus decided = active(7, content("changed"));
        String version = version(next.store().keep(name, decided, null));

        assertThat(replica().loaded()).containsEntry(name, new Kept(decided, version));
        assertThat(manifestNames()).singleElement().satisfies(only -> assertThat(only)
                .startsWith(name + "-7-"));
        version(next.store().keep(name, active(8, null, entry(7, Phase.Superseded, content("changed"))), version));
        assertThat(manifestNames()).singleElement().satisfies(only -> assertThat(only)
                .startsWith(name + "-7-"));
    }

    private String uid(String manifest) {
        return Objects.requireNonNull(manifests(shop).withName(manifest).get())
                .getMetadata()
                .getUid();
    }

    private void forgetStatus() {
        GenericKubernetesResource object = stored(shop);
        object.setAdditionalProperty("status", Map.of());
        virtualEnvironments(shop).resource(object).updateStatus();
    }

    @Test
    void aContentThatSomebodyHasDeletedIsAProblem() {
        create(shop);
        ReleaseReplica first = replica();
        version(first.store().keep(name, active(7, content("prod")), null));
        manifests(shop).withName(name + "-7").delete();

        ReleaseReplica next = replica();

        assertThat(next.loaded()).doesNotContainKey(name);
        assertThat(next.store().problems())
                .filteredOn(problem ->
                        Objects.requireNonNull(problem.object()).namespace().equals(shop))
                .extracting(Problem::message)
                .singleElement()
                .asString()
                .contains("the ReleaseManifest " + name + "-7 that it names does not exist");
        version(next.store().keep(name, active(8, content("prod")), null));
        assertThat(next.store().problems()).isEmpty();
    }

    @Test
    void aRequestWaitsUntilTheStatusKnowsIt() {
        create(shop);
        ReleaseReplica replica = replica();
        ReleaseRequest request = new ReleaseRequest.Back("request-1", name, 3);

        annotate(RequestAnnotation.text(request));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(replica.asked()).containsExactly(request));
        assertThat(replica().store().requests()).containsExactly(request);
        replica.store().keep(name, new ReleaseStatus(null, "request-1", 0, null, null, List.of(), false), null);
        assertThat(replica.store().requests()).isEmpty();
    }

    @Test
    void aMalformedRequestIsAProblemOfItsObject() {
        create(shop);
        ReleaseReplica replica = replica();

        annotate("{\"id\": \"a\"}");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(replica.store().problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.place())
                            .isEqualTo("VirtualEnvironment/" + shop + "/" + name + " metadata.annotations");
                    assertThat(problem.message()).contains("it needs either release or rollback");
                }));
        annotate("{\"id\": \"a\", \"rollback\": {}}");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(replica.store().problems()).isEmpty());
    }

    @Test
    void ofTwoObjectsWithOneNameTheFirstHasTheReleases() {
        String other = server.newNamespace("releases");
        namespaces.add(other);
        List<String> order = List.of(create(shop), create(other)).stream()
                .map(GenericKubernetesResource::getMetadata)
                .sorted(Comparator.comparing(ObjectMeta::getCreationTimestamp).thenComparing(ObjectMeta::getNamespace))
                .map(ObjectMeta::getNamespace)
                .toList();
        ReleaseReplica replica = replica();
        String version = version(replica.store().keep(name, active(1, null), null));
        assertThat(stored(order.get(0)).<Object>get("status", "release", "last"))
                .isEqualTo(1);
        assertThat(stored(order.get(1)).<Object>get("status", "release")).isNull();

        virtualEnvironments(order.get(0)).withName(name.value()).delete();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(replica.told()).containsEntry(name, Optional.empty()));
        assertThat(replica.store().keep(name, active(2, null), version)).isEqualTo(new KeepOutcome.Conflict(null));
        version(replica.store().keep(name, active(2, null), null));
        assertThat(stored(order.get(1)).<Object>get("status", "release", "last"))
                .isEqualTo(2);
    }

    private void reserve(String namespace) {
        client.resource("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {reservedNames: {%s: %s}}
                """.formatted(name, namespace)).serverSideApply();
    }

    @Test
    void aReservedNameHasTheReleasesOfItsNamespace() {
        String other = server.newNamespace("a-releases");
        namespaces.add(other);
        create(other);
        create(shop);
        reserve(shop);
        ReleaseReplica replica = replica();

        String version = version(replica.store().keep(name, active(1, null), null));
        assertThat(stored(shop).<Object>get("status", "release", "last")).isEqualTo(1);
        assertThat(stored(other).<Object>get("status", "release")).isNull();

        reserve(other);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(replica.told()).containsEntry(name, Optional.empty()));
        version(replica.store().keep(name, active(2, null), null));
        assertThat(stored(other).<Object>get("status", "release", "last")).isEqualTo(2);

        reserve("nobody");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(replica.store().keep(name, null, version))
                .isEqualTo(new KeepOutcome.Done(null)));
        assertThat(stored(shop).<Object>get("status", "release", "last"))
                .as("a status stays with its object")
                .isEqualTo(1);

        reserve(shop);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(replica.told().get(name))
                .get()
                .extracting(Kept::version)
                .isEqualTo(version));
    }

    @Test
    void anObjectThatHasGoneHasNoStatus() {
        create(shop);
        ReleaseReplica replica = replica();
        String version = version(replica.store().keep(name, active(1, null), null));

        virtualEnvironments(shop).withName(name.value()).delete();

        assertThat(replica.store().keep(name, active(2, null), version))
                .isInstanceOfSatisfying(KeepOutcome.Refused.class, refused -> assertThat(refused.why())
                        .contains("no object of the cluster"));
        assertThat(replica.store().keep(name, null, version)).isEqualTo(new KeepOutcome.Done(null));
    }

    @Test
    void withoutTheRightToWriteAStatusIsRefusedWithTheReason() throws Exception {
        create(shop);
        KitsuneAccount.grantToRead(server, shop);
        ReleaseReplica replica = replica(KitsuneAccount.config(server, shop));

        assertThat(replica.store().keep(name, active(1, null), null))
                .isInstanceOfSatisfying(KeepOutcome.Refused.class, refused -> assertThat(refused.why())
                        .contains("forbidden", "virtualenvironments/status"));
    }
}
