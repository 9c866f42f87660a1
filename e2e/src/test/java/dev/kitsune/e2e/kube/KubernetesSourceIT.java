package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.k8s.watch.KubernetesSource;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.manifest.Workload.Endpoint;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The source of a cluster on a real API server. */
@ExtendWith(SharedApiServer.class)
class KubernetesSourceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApiServer server;
    private final KubernetesClient client;
    private final RecordedChanges changes = new RecordedChanges();
    private KubernetesSource source;
    private String shop = "";

    KubernetesSourceIT(ApiServer server) {
        this.server = server;
        this.client = server.client();
        this.source = new KubernetesSource(server.config(), "kitsune-system");
    }

    @BeforeEach
    void makeNamespace() {
        shop = server.newNamespace("shop");
    }

    @AfterEach
    void close() {
        source.close();
        for (Kind kind : List.of(Kind.VirtualEnvironment, Kind.AppDeployment, Kind.Adapter)) {
            client.genericKubernetesResources(Kind.API_VERSION, kind.name())
                    .inNamespace(shop)
                    .delete();
        }
        client.pods().inNamespace(shop).withGracePeriod(0).delete();
    }

    private void start() {
        source.start(changes);
    }

    /** Applies an object of the namespace. */
    private HasMetadata apply(String yaml) {
        return Objects.requireNonNull(
                client.resource(yaml.replace("SHOP", shop)).serverSideApply());
    }

    private void virtualEnvironment(String name, String spec) {
        apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: SHOP}
                spec: %s
                """.formatted(name, spec));
    }

    private ObjectKey key(Kind kind, String name) {
        return new ObjectKey(kind, shop, name);
    }

    private void awaitChange(Predicate<CatalogChange> condition) {
        await().atMost(PATIENCE).until(() -> condition.test(changes.last()));
    }

    private void awaitObject(ObjectKey key) {
        awaitChange(change -> change.catalog().manifests().containsKey(key));
    }

    private VirtualEnvironment spec(String name) {
        Manifest<?> manifest = changes.catalog().manifests().get(key(Kind.VirtualEnvironment, name));
        return (VirtualEnvironment) Objects.requireNonNull(manifest).spec();
    }

    private List<String> problemsHere() {
        return changes.last().problems().stream()
                .filter(problem ->
                        problem.object() != null && problem.object().namespace().equals(shop))
                .map(Problem::toString)
                .toList();
    }

    @Test
    void theWholeContentIsDeliveredBeforeStartReturns() {
        virtualEnvironment("main", "{environment: dev}");
        virtualEnvironment("fix", "{parent: main, components: {cart: c2}}");

        start();

        assertThat(changes.all()).isNotEmpty();
        CatalogChange first = changes.all().get(0);
        assertThat(first.catalog().manifests())
                .containsKeys(key(Kind.VirtualEnvironment, "main"), key(Kind.VirtualEnvironment, "fix"));
        assertThat(first.objects()).containsAll(first.catalog().manifests().keySet());
        GenericKubernetesResource main =
                Objects.requireNonNull(client.genericKubernetesResources(Kind.API_VERSION, "VirtualEnvironment")
                        .inNamespace(shop)
                        .withName("main")
                        .get());
        assertThat(first.catalog().created())
                .containsEntry(
                        key(Kind.VirtualEnvironment, "main"),
                        Instant.parse(main.getMetadata().getCreationTimestamp()));
    }

    @Test
    void everyKindIsCreatedChangedAndDeleted() {
        start();
        Map<ObjectKey, List<String>> specs = Map.of(
                new ObjectKey(Kind.Platform, "", "kitsune"),
                List.of("{egress: Any}", "{egress: Declared}"),
                new ObjectKey(Kind.Environment, "", shop + "-dev"),
                List.of("{data: {variables: {greeting: Hello}}}", "{data: {variables: {greeting: Howdy}}}"),
                key(Kind.VirtualEnvironment, "main"),
                List.of("{environment: dev}", "{environment: dev, components: {cart: c2}}"),
                key(Kind.AppDeployment, "shop-main"),
                List.of(
                        "{app: shop, components: {cart: {version: c1}}}",
                        "{app: shop, components: {cart: {version: c2}}}"),
                key(Kind.Adapter, "payment"),
                List.of("{http: {url: \"https://one.example\"}}", "{http: {url: \"https://two.example\"}}"));
        specs.forEach((key, texts) -> {
            HasMetadata applied = null;
            for (String spec : texts) {
                int before = changes.count();
                applied = Objects.requireNonNull(client.resource("""
                                apiVersion: kitsune.dev/v1alpha1
                                kind: %s
                                metadata: {name: %s%s}
                                spec: %s
                                """.formatted(
                                        key.kind(),
                                        key.name(),
                                        key.namespace().isEmpty() ? "" : ", namespace: " + key.namespace(),
                                        spec))
                        .serverSideApply());
                await().atMost(PATIENCE).until(() -> changes.since(before).stream()
                        .anyMatch(change -> change.objects().contains(key)));
                assertThat(changes.objects()).contains(key);
                assertThat(problemsHere()).isEmpty();
            }
            client.resource(Objects.requireNonNull(applied)).delete();
            awaitChange(change -> !change.catalog().manifests().containsKey(key));
        });
    }

    @Test
    void anObjectThatBecomesUnreadableKeepsItsLastVersion() {
        start();
        virtualEnvironment("fix", "{parent: main}");
        awaitObject(key(Kind.VirtualEnvironment, "fix"));

        virtualEnvironment("fix", "{parent: main, data: {variables: {\"a b\": 1}}}");
        awaitChange(change -> change.standIns().contains(key(Kind.VirtualEnvironment, "fix")));
        assertThat(spec("fix").data().variables()).isEmpty();
        assertThat(problemsHere())
                .singleElement()
                .asString()
                .startsWith("VirtualEnvironment/" + shop + "/fix spec.data.variables.a b error InvalidValue");

        virtualEnvironment("fix", "{parent: main, data: {variables: {ab: 1}}}");
        awaitChange(change -> change.standIns().isEmpty());
        assertThat(spec("fix").data().variables()).containsKey("ab");
        assertThat(problemsHere()).isEmpty();
    }

    @Test
    void oneUnreadableObjectAmong200AffectsOnlyItself() {
        for (int i = 0; i < 200; i++) {
            virtualEnvironment(
                    "ve-" + i, i == 77 ? "{parent: main, data: {variables: {\"a b\": 1}}}" : "{parent: main}");
        }

        start();

        assertThat(changes.objects())
                .filteredOn(key -> key.namespace().equals(shop))
                .hasSize(199)
                .doesNotContain(key(Kind.VirtualEnvironment, "ve-77"));
        assertThat(problemsHere()).hasSize(1);

        virtualEnvironment("ve-78", "{parent: other}");
        awaitChange(change ->
                Objects.requireNonNull(spec("ve-78").base().parent()).value().equals("other"));
    }

    @Test
    void deletingAllIsObeyed() {
        virtualEnvironment("one", "{parent: main}");
        virtualEnvironment("two", "{parent: main}");
        start();

        client.genericKubernetesResources(Kind.API_VERSION, "VirtualEnvironment")
                .inNamespace(shop)
                .delete();

        awaitChange(change -> change.catalog().manifests().keySet().stream()
                .noneMatch(key -> key.namespace().equals(shop)));
        assertThat(changes.problems()).isEmpty();
    }

    @Test
    void anObjectThatIsReplacedAtOnceIsNeverMissing() {
        virtualEnvironment("one", "{parent: main}");
        start();
        int before = changes.count();

        client.genericKubernetesResources(Kind.API_VERSION, "VirtualEnvironment")
                .inNamespace(shop)
                .withName("one")
                .delete();
        virtualEnvironment("one", "{parent: other}");

        awaitChange(change ->
                Objects.requireNonNull(spec("one").base().parent()).value().equals("other"));
        assertThat(changes.since(before))
                .allMatch(change -> change.catalog().manifests().containsKey(key(Kind.VirtualEnvironment, "one")));
    }

    private void pod(String name, String labels) {
        apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: SHOP, labels: {%s}}
                spec: {containers: [{name: app, image: app}]}
                """.formatted(name, labels));
    }

    private void status(String name, boolean ready) {
        client.pods()
                .inNamespace(shop)
                .withName(name)
                .subresource("status")
                .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), """
                        {"status": {"phase": "Running", "podIP": "127.0.0.7", "podIPs": [{"ip": "127.0.0.7"}],
                          "conditions": [{"type": "Ready", "status": "%s"}]}}
                        """.formatted(ready ? "True" : "False"));
    }

    private List<Endpoint> endpoints(CatalogChange change, String pod) {
        Manifest<?> manifest = change.catalog().manifests().get(key(Kind.Workload, pod));
        return manifest == null ? List.of() : ((Workload) manifest.spec()).endpoints();
    }

    @Test
    void aPodIsAWorkloadFromItsLabelsToItsEnd() {
        start();
        pod(
                "cart-1",
                "kitsune.dev/inject: enabled, kitsune.dev/app: shop, kitsune.dev/component: cart, kitsune.dev/version: c1");
        awaitObject(key(Kind.Workload, "cart-1"));
        assertThat(endpoints(changes.last(), "cart-1")).isEmpty();

        status("cart-1", true);
        awaitChange(change -> endpoints(change, "cart-1").equals(List.of(new Endpoint("127.0.0.7", 15406))));

        status("cart-1", false);
        awaitChange(change -> endpoints(change, "cart-1").isEmpty());
        assertThat(changes.objects()).contains(key(Kind.Workload, "cart-1"));

        client.pods().inNamespace(shop).withName("cart-1").withGracePeriod(0).delete();
        awaitChange(change -> !change.catalog().manifests().containsKey(key(Kind.Workload, "cart-1")));
    }

    @Test
    void theLabelOfANamespaceMakesItsPodsWorkloads() {
        start();
        pod("cart-1", "kitsune.dev/app: shop, kitsune.dev/component: cart, kitsune.dev/version: c1");
        pod("cart-2", "kitsune.dev/inject: disabled, kitsune.dev/app: shop, kitsune.dev/component: cart");

        client.namespaces().withName(shop).edit(namespace -> {
            namespace.getMetadata().getLabels().put("kitsune.dev/inject", "enabled");
            return namespace;
        });

        awaitObject(key(Kind.Workload, "cart-1"));
        assertThat(changes.objects()).doesNotContain(key(Kind.Workload, "cart-2"));
        assertThat(problemsHere()).isEmpty();
    }

    /** A deletion is looked at again before it counts. A pod's endpoint does not wait for that. */
    @Test
    void aChangeOfAPodOvertakesADeletion() {
        virtualEnvironment("one", "{parent: main}");
        pod(
                "cart-1",
                "kitsune.dev/inject: enabled, kitsune.dev/app: shop, kitsune.dev/component: cart, kitsune.dev/version: c1");
        status("cart-1", true);
        start();
        assertThat(endpoints(changes.last(), "cart-1")).hasSize(1);

        client.genericKubernetesResources(Kind.API_VERSION, "VirtualEnvironment")
                .inNamespace(shop)
                .withName("one")
                .delete();
        status("cart-1", false);

        awaitChange(change -> !change.catalog().manifests().containsKey(key(Kind.VirtualEnvironment, "one")));
        assertThat(changes.all())
                .anyMatch(change -> endpoints(change, "cart-1").isEmpty()
                        && change.catalog().manifests().containsKey(key(Kind.Workload, "cart-1"))
                        && change.catalog().manifests().containsKey(key(Kind.VirtualEnvironment, "one")));
    }

    private void secret(String namespace, String name, String value) {
        client.resource("""
                apiVersion: v1
                kind: Secret
                metadata: {name: %s, namespace: %s}
                stringData: {token: %s}
                """.formatted(name, namespace, value)).serverSideApply();
    }

    private static final String REFERENCE =
            "{environment: dev, data: {secrets: {key: {secretRef: {name: stripe, key: token}}}}}";

    private boolean serves(String value) {
        dev.kitsune.model.snapshot.Secret secret = changes.catalog().secrets().get(new SecretId(shop, "stripe"));
        return secret != null && SecretValue.of(value).equals(secret.get("token"));
    }

    @Test
    void theLabelsOfNamespacesAreDelivered() {
        start();
        assertThat(changes.catalog().namespaces().labelsOf(shop)).containsOnlyKeys("kubernetes.io/metadata.name");

        client.namespaces().withName(shop).edit(namespace -> {
            namespace.getMetadata().getLabels().put("tier", "gold");
            return namespace;
        });

        awaitChange(change -> change.namespaces().equals(Set.of(shop)));
        assertThat(changes.catalog().namespaces().labelsOf(shop)).containsEntry("tier", "gold");
        assertThat(changes.last().objects()).isEmpty();
    }

    @Test
    void secretsAreReadWhereTheyAreReferencedAndOnlyThere() {
        String other = server.newNamespace("other");
        secret(shop, "stripe", "one");
        secret(other, "stripe", "foreign");
        start();
        assertThat(changes.catalog().secrets()).doesNotContainKey(new SecretId(shop, "stripe"));

        virtualEnvironment("main", REFERENCE);
        await().atMost(PATIENCE).until(() -> serves("one"));

        secret(shop, "stripe", "two");
        await().atMost(PATIENCE).until(() -> serves("two"));
        assertThat(changes.catalog().secrets().keySet())
                .noneMatch(id -> id.namespace().equals(other));

        client.secrets().inNamespace(shop).withName("stripe").delete();
        awaitChange(change -> !change.catalog().secrets().containsKey(new SecretId(shop, "stripe")));
    }

    /** Kitsune has the rights that its chart gives it: Secrets only in the namespaces that the operator has named. */
    @Test
    void aMissingRightToReadSecretsIsAProblemAndStopsNothingElse() throws Exception {
        String other = server.newNamespace("other");
        secret(shop, "stripe", "one");
        secret(other, "stripe", "foreign");
        virtualEnvironment("main", REFERENCE);
        KitsuneAccount.grant(server, shop);
        source.close();
        source = new KubernetesSource(KitsuneAccount.config(server, shop), "kitsune-system");
        start();
        assertThat(serves("one")).isTrue();
        assertThat(changes.problems()).isEmpty();

        client.resource("""
                        apiVersion: kitsune.dev/v1alpha1
                        kind: VirtualEnvironment
                        metadata: {name: foreign, namespace: %s}
                        spec: %s
                        """.formatted(other, REFERENCE)).serverSideApply();
        awaitChange(change -> change.problems().stream()
                .anyMatch(problem -> problem.toString().startsWith("Secrets/" + other + " error UnreadableFile")));
        assertThat(changes.catalog().secrets()).containsOnlyKeys(new SecretId(shop, "stripe"));

        secret(shop, "stripe", "two");
        await().atMost(PATIENCE).until(() -> serves("two"));
        client.genericKubernetesResources(Kind.API_VERSION, "VirtualEnvironment")
                .inNamespace(other)
                .delete();
        awaitChange(change -> change.problems().isEmpty());
    }

    @Test
    void aClusterIsReadOnce() {
        secret(shop, "stripe", "one");
        virtualEnvironment("main", REFERENCE);
        virtualEnvironment("bad", "{parent: main, data: {variables: {\"a b\": 1}}}");

        CatalogChange change =
                new Cluster("test", server.config()).read("kitsune-system").change();

        assertThat(change.catalog().manifests()).containsKey(key(Kind.VirtualEnvironment, "main"));
        assertThat(change.catalog().secrets()).containsKey(new SecretId(shop, "stripe"));
        assertThat(change.problems()).extracting(Problem::object).contains(key(Kind.VirtualEnvironment, "bad"));
    }
}
