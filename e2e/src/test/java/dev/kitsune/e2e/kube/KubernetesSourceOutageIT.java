package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.k8s.watch.KubernetesSource;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.snapshot.SecretId;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The source of a cluster whose API server is away, forgets, refuses, or loses a definition. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubernetesSourceOutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Within this time after the API server's return everything that happened meanwhile is in force. */
    private static final Duration RETURN = Duration.ofSeconds(5);

    @TempDir
    private static Path folder;

    private ApiServer server;
    private CuttableLine line;
    private KubernetesSource source;
    private RecordedChanges changes;
    private String shop;

    @BeforeAll
    void startServer() throws IOException, InterruptedException {
        server = ApiServer.start(SharedApiServer.programs(), folder);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() throws IOException, InterruptedException {
        server.installDefinitions();
        shop = server.newNamespace("shop");
        line = new CuttableLine(URI.create(server.config().getMasterUrl()).getPort());
        changes = new RecordedChanges();
        source = new KubernetesSource(through(server.config()), "kitsune-system");
    }

    @AfterEach
    void close() throws IOException {
        source.close();
        line.close();
        resources().delete();
        server.client().pods().inNamespace(shop).withGracePeriod(0).delete();
    }

    private Config through(Config config) {
        return new ConfigBuilder(config)
                .withMasterUrl("https://127.0.0.1:" + line.port())
                .build();
    }

    private NonNamespaceOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            resources() {
        return server.client()
                .genericKubernetesResources(Kind.API_VERSION, "VirtualEnvironment")
                .inNamespace(shop);
    }

    private void apply(String yaml) {
        server.client().resource(yaml.replace("SHOP", shop)).serverSideApply();
    }

    private void virtualEnvironment(String name) {
        virtualEnvironment(name, "{environment: dev}");
    }

    private void virtualEnvironment(String name, String spec) {
        apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: SHOP}
                spec: %s
                """.formatted(name, spec));
    }

    private void delete(String name) {
        resources().withName(name).delete();
    }

    private void pod(String name) {
        apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: SHOP
                  labels:
                    kitsune.dev/inject: enabled
                    kitsune.dev/app: shop
                    kitsune.dev/component: cart
                    kitsune.dev/version: c1
                spec: {containers: [{name: app, image: app}]}
                """.formatted(name));
    }

    private void deletePod(String name) {
        server.client()
                .pods()
                .inNamespace(shop)
                .withName(name)
                .withGracePeriod(0)
                .delete();
    }

    private ObjectKey key(String name) {
        return new ObjectKey(Kind.VirtualEnvironment, shop, name);
    }

    private void awaitChange(Duration patience, Predicate<CatalogChange> condition) {
        await().atMost(patience).until(() -> condition.test(changes.last()));
    }

    private static boolean has(CatalogChange change, ObjectKey key) {
        return change.catalog().manifests().containsKey(key);
    }

    private boolean reports(CatalogChange change, String definition, String words) {
        return change.problems().stream()
                .anyMatch(problem -> problem.toString().startsWith("CustomResourceDefinition/" + definition + " error")
                        && problem.message().contains(words));
    }

    @Test
    void theStartWaitsForTheApiServer() throws IOException {
        virtualEnvironment("main");
        line.cut();
        CompletableFuture<Void> started = CompletableFuture.runAsync(() -> source.start(changes));
        await().during(Duration.ofSeconds(1)).until(() -> !started.isDone());
        assertThat(changes.all()).isEmpty();

        line.mend();

        assertThat(started).succeedsWithin(RETURN);
        assertThat(changes.objects()).contains(key("main"));
    }

    @Test
    void whatHappensWhileTheLineIsCutCountsWithinFiveSeconds() throws IOException {
        source.start(changes);
        // A watch that has said something goes on where it ended.
        virtualEnvironment("stays");
        virtualEnvironment("goes");
        pod("cart-1");
        awaitChange(
                PATIENCE,
                change -> has(change, key("goes")) && has(change, new ObjectKey(Kind.Workload, shop, "cart-1")));
        int before = changes.count();

        line.cut();
        delete("goes");
        virtualEnvironment("comes");
        deletePod("cart-1");
        pod("cart-2");
        await().during(Duration.ofSeconds(1)).until(() -> changes.count() == before);
        line.mend();

        awaitChange(
                RETURN,
                change -> has(change, key("comes"))
                        && !has(change, key("goes"))
                        && has(change, new ObjectKey(Kind.Workload, shop, "cart-2"))
                        && !has(change, new ObjectKey(Kind.Workload, shop, "cart-1")));
        assertThat(changes.since(before)).allMatch(change -> has(change, key("stays")));
        assertThat(changes.problems()).isEmpty();
    }

    /** No connection is closed, so nothing tells a watch that it waits in vain. */
    @Test
    void whatHappensWhileTheNetworkLosesEverythingCountsWithinFiveSeconds() {
        virtualEnvironment("stays");
        virtualEnvironment("goes");
        source.start(changes);
        int before = changes.count();

        line.fallSilent();
        delete("goes");
        virtualEnvironment("comes");
        await().during(Duration.ofSeconds(5)).atMost(PATIENCE).until(() -> changes.count() == before);
        line.speak();

        awaitChange(RETURN, change -> has(change, key("comes")) && !has(change, key("goes")));
        assertThat(changes.all()).allMatch(change -> has(change, key("stays")));
    }

    @Test
    void anApiServerThatHasForgottenListsEverythingAgain() throws IOException, InterruptedException {
        virtualEnvironment("stays");
        virtualEnvironment("goes");
        pod("cart-1");
        source.start(changes);
        String version = resources().list().getMetadata().getResourceVersion();

        line.cut();
        delete("goes");
        virtualEnvironment("comes");
        deletePod("cart-1");
        // A new API server remembers nothing that was before its start.
        server.kill();
        server.startAgain();
        assertThat(watchFrom(version)).succeedsWithin(PATIENCE).matches(WatcherException::isHttpGone);
        line.mend();

        awaitChange(
                RETURN,
                change -> has(change, key("comes"))
                        && !has(change, key("goes"))
                        && !has(change, new ObjectKey(Kind.Workload, shop, "cart-1")));
        assertThat(changes.all()).allMatch(change -> has(change, key("stays")));
        assertThat(changes.problems()).isEmpty();
    }

    /** Returns why a watch from a version ends. */
    private CompletableFuture<WatcherException> watchFrom(String version) {
        CompletableFuture<WatcherException> end = new CompletableFuture<>();
        Watch watch = resources()
                .watch(
                        new ListOptionsBuilder().withResourceVersion(version).build(),
                        new Watcher<GenericKubernetesResource>() {
                            @Override
                            public void eventReceived(Action action, GenericKubernetesResource resource) {
                                end.completeExceptionally(new AssertionError(action + " instead of an end"));
                            }

                            @Override
                            public void onClose(WatcherException cause) {
                                end.complete(cause);
                            }
                        });
        return end.whenComplete((cause, failure) -> watch.close());
    }

    @Test
    void nothingChangesWhenTheApiServerDiesAndReturns() throws IOException, InterruptedException {
        virtualEnvironment("main");
        source.start(changes);
        int before = changes.count();

        server.kill();
        server.startAgain();
        virtualEnvironment("next");

        awaitChange(RETURN, change -> has(change, key("next")));
        assertThat(changes.since(before)).allMatch(change -> has(change, key("main")));
    }

    @Test
    void aDroppedDefinitionLosesNothingAndIsReported() throws InterruptedException {
        virtualEnvironment("one");
        virtualEnvironment("two");
        source.start(changes);

        server.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("virtualenvironments.kitsune.dev")
                .delete();
        awaitChange(PATIENCE, change -> reports(change, "virtualenvironments.kitsune.dev", "still served"));
        await().atMost(PATIENCE)
                .until(() -> server.client()
                                .apiextensions()
                                .v1()
                                .customResourceDefinitions()
                                .withName("virtualenvironments.kitsune.dev")
                                .get()
                        == null);

        server.installDefinitions();
        awaitChange(
                PATIENCE, change -> reports(change, "virtualenvironments.kitsune.dev", "2 of its objects were not"));
        virtualEnvironment("one");
        awaitChange(
                PATIENCE, change -> reports(change, "virtualenvironments.kitsune.dev", "1 of its objects were not"));
        virtualEnvironment("two");
        awaitChange(PATIENCE, change -> change.problems().isEmpty());
        assertThat(changes.all()).allMatch(change -> has(change, key("one")) && has(change, key("two")));

        delete("one");
        awaitChange(PATIENCE, change -> !has(change, key("one")));
    }

    @Test
    void whatIsServedStaysWhileTheRightToReadItIsTakenAway() throws IOException, InterruptedException {
        apply(
                "---\n{apiVersion: v1, kind: Secret, metadata: {name: stripe, namespace: SHOP}, stringData: {token: one}}");
        virtualEnvironment(
                "main", "{environment: dev, data: {secrets: {key: {secretRef: {name: stripe, key: token}}}}}");
        pod("cart-1");
        KitsuneAccount.grant(server, shop);
        source.close();
        source = new KubernetesSource(through(KitsuneAccount.config(server, shop)), "kitsune-system");
        source.start(changes);

        KitsuneAccount.revoke(server, shop);
        line.cut(); // An open watch goes on without the right.
        line.mend();
        for (String place : List.of("CustomResourceDefinition/virtualenvironments", "Pods", "Secrets/" + shop)) {
            awaitChange(PATIENCE, change -> change.problems().stream()
                    .anyMatch(problem -> problem.toString().startsWith(place)
                            && problem.message().contains("forbidden")));
        }
        assertThat(changes.objects()).contains(key("main"), new ObjectKey(Kind.Workload, shop, "cart-1"));
        assertThat(changes.catalog().secrets()).containsKey(new SecretId(shop, "stripe"));

        delete("main");
        KitsuneAccount.grant(server, shop);
        awaitChange(PATIENCE, change -> change.problems().isEmpty() && !has(change, key("main")));
        Manifest<?> pod = changes.catalog().manifests().get(new ObjectKey(Kind.Workload, shop, "cart-1"));
        assertThat(pod).isNotNull().extracting(Manifest::spec).isInstanceOf(Workload.class);
    }
}
