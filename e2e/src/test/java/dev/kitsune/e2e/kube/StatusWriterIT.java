package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.kitsune.k8s.status.EnvoyRefusal;
import dev.kitsune.k8s.status.ProxyFacts;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.TableColumnDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Statuses in a real API server. */
@ExtendWith(SharedApiServer.class)
class StatusWriterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApiServer server;
    private final KubernetesClient client;
    private final String shop;
    private final List<StatusReplica> replicas = new ArrayList<>();

    StatusWriterIT(ApiServer server) {
        this.server = server;
        this.client = server.client();
        this.shop = server.newNamespace("status");
    }

    @AfterEach
    void deleteAll() {
        replicas.forEach(StatusReplica::close);
        for (String kind : List.of("VirtualEnvironment", "AppDeployment", "Adapter")) {
            resources(kind).delete();
        }
        client.genericKubernetesResources(Kind.API_VERSION, "Environment")
                .withName(shop)
                .delete();
    }

    private NonNamespaceOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            resources(String kind) {
        return client.genericKubernetesResources(Kind.API_VERSION, kind).inNamespace(shop);
    }

    private StatusReplica replica() {
        return replica(server.config());
    }

    private StatusReplica replica(Config config) {
        return opened(StatusReplica.start(shop, config, true));
    }

    private StatusReplica opened(StatusReplica replica) {
        replicas.add(replica);
        return replica;
    }

    private ObjectKey key(String name) {
        return new ObjectKey(Kind.VirtualEnvironment, shop, name);
    }

    /** The environment has the name of the namespace, because tests share the cluster. */
    private void create(String name) {
        create("VirtualEnvironment", name, "{environment: %s}".formatted(shop));
    }

    private void create(String kind, String name, String spec) {
        client.resource("""
                apiVersion: kitsune.dev/v1alpha1
                kind: %s
                metadata: {name: %s, namespace: %s}
                spec: %s
                """.formatted(kind, name, shop, spec)).serverSideApply();
    }

    private void change(String name, String variables) {
        create("VirtualEnvironment", name, "{environment: %s, data: {variables: %s}}".formatted(shop, variables));
    }

    private GenericKubernetesResource stored(String name) {
        return stored("VirtualEnvironment", name);
    }

    private GenericKubernetesResource stored(String kind, String name) {
        return Objects.requireNonNull(resources(kind).withName(name).get());
    }

    private String version(String name) {
        return stored(name).getMetadata().getResourceVersion();
    }

    /** Returns the condition as users see it; null if it is not about the current generation, as for kubectl wait. */
    private static @Nullable Map<?, ?> condition(GenericKubernetesResource of, String type) {
        List<?> conditions = of.get("status", "conditions");
        return conditions == null
                ? null
                : conditions.stream()
                        .map(condition -> (Map<?, ?>) condition)
                        .filter(condition -> type.equals(condition.get("type"))
                                && ((Number) Objects.requireNonNull(condition.get("observedGeneration"))).longValue()
                                        == of.getMetadata().getGeneration())
                        .findFirst()
                        .orElse(null);
    }

    private Map<?, ?> awaitCondition(String name, String type, String status) {
        return awaitCondition("VirtualEnvironment", name, type, status);
    }

    private Map<?, ?> awaitCondition(String kind, String name, String type, String status) {
        return Objects.requireNonNull(await().atMost(PATIENCE)
                .until(
                        () -> condition(stored(kind, name), type),
                        condition -> condition != null && status.equals(condition.get("status"))));
    }

    private List<Event> events(ObjectKey at) {
        return client
                .v1()
                .events()
                .inNamespace(at.namespace().isEmpty() ? "default" : at.namespace())
                .list()
                .getItems()
                .stream()
                .filter(event -> at.name().equals(event.getInvolvedObject().getName()))
                .toList();
    }

    @Test
    void everyKindHasItsConditions() {
        create("VirtualEnvironment", "main", "{environment: %s}".formatted(shop));
        create("AppDeployment", "shop-1", "{app: shop, components: {cart: {version: c1}}}");
        create("Adapter", "stripe", "{http: {url: \"https://example.com\"}}");
        client.resource("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: %s}
                spec: {}
                """.formatted(shop)).serverSideApply();
        replica();

        assertThat(awaitCondition("main", "Ready", "True"))
                .extracting(of -> of.get("reason"))
                .isEqualTo("Ready");
        awaitCondition("main", "Accepted", "True");
        awaitCondition("main", "ResolvedRefs", "True");
        awaitCondition("main", "Programmed", "True");
        awaitCondition("AppDeployment", "shop-1", "WorkloadsReady", "True");
        awaitCondition("Adapter", "stripe", "Accepted", "True");
        await().atMost(PATIENCE)
                .until(() -> condition(
                                Objects.requireNonNull(
                                        client.genericKubernetesResources(Kind.API_VERSION, "Environment")
                                                .withName(shop)
                                                .get()),
                                "Accepted")
                        != null);
    }

    @Test
    void kubectlGetShowsIt() {
        create("main");
        StatusReplica replica = replica();
        replica.report(key("main"), new ProxyFacts(9, 4, 3, 0, null, Set.of(), Set.of()));
        awaitCondition("main", "Programmed", "False");

        var table = client.genericKubernetesResources(Kind.API_VERSION, "VirtualEnvironment")
                .inNamespace(shop)
                .withName("main")
                .getAsTable();

        assertThat(table.getColumnDefinitions())
                .extracting(TableColumnDefinition::getName)
                .containsExactly("Name", "Environment", "Parent", "Release", "Ready", "Programmed", "Age");
        assertThat(table.getRows()).singleElement().satisfies(row -> assertThat(row.getCells())
                .startsWith("main", shop)
                .contains("False", "3/4"));
    }

    @Test
    void aConditionIsAboutTheNewestGeneration() {
        create("main");
        StatusReplica replica = replica();
        awaitCondition("main", "Programmed", "True");

        replica.report(key("main"), new ProxyFacts(9, 4, 3, 0, null, Set.of(), Set.of()));
        change("main", "{greeting: Hello}");
        Map<?, ?> pending = awaitCondition("main", "Programmed", "False");
        replica.report(key("main"), StatusReplica.PROGRAMMED);
        Map<?, ?> programmed = awaitCondition("main", "Programmed", "True");

        assertThat(pending.get("reason")).isEqualTo("Pending");
        assertThat(programmed.get("observedGeneration")).isEqualTo(2);
    }

    @Test
    void aRefusalShowsEnvoysOwnWords() {
        create("main");
        StatusReplica replica = replica();
        awaitCondition("main", "Programmed", "True");

        replica.report(
                key("main"),
                new ProxyFacts(9, 4, 3, 1, new EnvoyRefusal("gateway-1", "no such filter: 'x'"), Set.of(), Set.of()));

        assertThat(awaitCondition("main", "Ready", "False"))
                .satisfies(ready -> assertThat(ready.get("reason")).isEqualTo("Refused"))
                .satisfies(ready ->
                        assertThat(ready.get("message")).isEqualTo("proxy gateway-1 refuses it: no such filter: 'x'"));
    }

    @Test
    void anObjectThatWasNeverReadableSaysWhy() {
        change("main", "{9lives: x}");
        replica();

        Map<?, ?> accepted = awaitCondition("main", "Accepted", "False");

        assertThat(accepted.get("reason")).isEqualTo("Invalid");
        assertThat(String.valueOf(accepted.get("message"))).contains("spec.data.variables", "9lives");
        assertThat((List<?>) stored("main").get("status", "problems"))
                .singleElement()
                .satisfies(
                        problem -> assertThat(((Map<?, ?>) problem).get("code")).isEqualTo("InvalidValue"));
        change("main", "{8lives: x}");
        awaitCondition("main", "Accepted", "False");
        change("main", "{lives: x}");
        awaitCondition("main", "Ready", "True");
        assertThat(stored("main").<Object>get("status", "problems")).isNull();
    }

    @Test
    void theFieldsOfOtherWritersStay() throws IOException {
        create("main");
        new PostedYaml(server).applyStatus("""
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: main}
                status: {release: {last: 7}, lastGood: {generation: 1, spec: {environment: dev}}}
                """, shop);
        StatusReplica replica = replica();
        awaitCondition("main", "Ready", "True");
        replica.report(key("main"), ProxyFacts.NONE);
        awaitCondition("main", "Ready", "False");

        GenericKubernetesResource stored = stored("main");
        assertThat(stored.<Object>get("status", "release", "last")).isEqualTo(7);
        assertThat(stored.<Object>get("status", "lastGood", "generation")).isEqualTo(1);
        assertThat(stored.getMetadata().getManagedFields())
                .filteredOn(entry -> "kitsune-status".equals(entry.getManager()))
                .singleElement()
                .satisfies(entry -> assertThat(owned(entry))
                        .containsExactlyInAnyOrder("f:conditions", "f:environment", "f:problemCount", "f:proxies"));
    }

    private static Set<String> owned(ManagedFieldsEntry entry) {
        Map<?, ?> fields = entry.getFieldsV1().getAdditionalProperties();
        assertThat(fields.keySet()).isEqualTo(Set.of("f:status"));
        return ((Map<?, ?>) Objects.requireNonNull(fields.get("f:status")))
                .keySet().stream().map(String::valueOf).collect(Collectors.toSet());
    }

    @Test
    void whatHasNotChangedIsNotWrittenByTheNextHolderEither() {
        IntStream.range(0, 20).forEach(i -> create("ve-" + i));
        StatusReplica first = replica();
        IntStream.range(0, 20).forEach(i -> awaitCondition("ve-" + i, "Ready", "True"));
        Map<String, String> versions = versions();
        assertThat(first.writes()).isEqualTo(20);

        StatusReplica next = replica();
        first.hold(false);
        next.report(key("ve-0"), ProxyFacts.NONE);
        awaitCondition("ve-0", "Ready", "False");

        assertThat(next.writes()).isEqualTo(1);
        assertThat(versions()).hasSize(20).satisfies(now -> {
            versions.remove("ve-0");
            assertThat(now).containsAllEntriesOf(versions);
        });
    }

    private Map<String, String> versions() {
        return resources("VirtualEnvironment").list().getItems().stream()
                .map(GenericKubernetesResource::getMetadata)
                .collect(Collectors.toMap(of -> of.getName(), of -> of.getResourceVersion()));
    }

    @Test
    void onlyTheHolderWrites() {
        create("main");
        StatusReplica other = opened(StatusReplica.start(shop, server.config(), false));
        StatusReplica holder = replica();
        awaitCondition("main", "Ready", "True");
        holder.report(key("main"), ProxyFacts.NONE);
        awaitCondition("main", "Ready", "False");

        holder.hold(false);
        other.hold(true);
        awaitCondition("main", "Ready", "True");

        // A write is seen at the API server before its writer has counted it.
        await().untilAsserted(() -> {
            assertThat(holder.writes()).isEqualTo(2);
            assertThat(other.writes()).isEqualTo(1);
        });
    }

    @Test
    void aStatusThatSomebodyRemovesIsWrittenAgain() {
        create("main");
        replica();
        awaitCondition("main", "Ready", "True");

        resources("VirtualEnvironment").withName("main").editStatus(object -> {
            object.setAdditionalProperty("status", Map.of());
            return object;
        });

        awaitCondition("main", "Ready", "True");
    }

    @Test
    void anObjectThatIsCreatedAgainGetsAStatusOfItsOwn() {
        create("main");
        StatusReplica replica = replica();
        replica.report(key("main"), ProxyFacts.NONE);
        awaitCondition("main", "Ready", "False");
        String uid = stored("main").getMetadata().getUid();

        resources("VirtualEnvironment").withName("main").delete();
        create("main");
        replica.report(key("main"), StatusReplica.PROGRAMMED);

        awaitCondition("main", "Ready", "True");
        assertThat(stored("main").getMetadata().getUid()).isNotEqualTo(uid);
    }

    @Test
    void whatHappensWhileTheApiServerIsAwayIsWrittenWhenItIsBack() throws IOException {
        create("main");
        try (CuttableLine line =
                new CuttableLine(URI.create(server.config().getMasterUrl()).getPort())) {
            StatusReplica replica = replica(new ConfigBuilder(server.config())
                    .withMasterUrl("https://127.0.0.1:" + line.port())
                    .build());
            awaitCondition("main", "Ready", "True");
            String version = version("main");

            line.cut();
            replica.report(key("main"), ProxyFacts.NONE);
            change("main", "{greeting: Hello}");
            assertThat(condition(stored("main"), "Ready")).isNull();
            line.mend();

            awaitCondition("main", "Ready", "False");
            assertThat(version("main")).isNotEqualTo(version);
            replica.close();
        }
    }

    @Test
    void secretsThatMayNotBeReadAreAReason() throws Exception {
        KitsuneAccount.grant(server, shop);
        KitsuneAccount.revokeSecrets(server, shop);
        create(
                "VirtualEnvironment",
                "main",
                "{environment: %s, data: {secrets: {stripeKey: {secretRef: {name: stripe, key: token}}}}}"
                        .formatted(shop));
        opened(StatusReplica.startWithSource(shop, server.config(), KitsuneAccount.config(server, shop)));

        Map<?, ?> refs = awaitCondition("main", "ResolvedRefs", "False");
        KitsuneAccount.grant(server, shop);
        awaitCondition("main", "ResolvedRefs", "True");

        assertThat(refs.get("reason")).isEqualTo("SecretsNotPermitted");
        assertThat(String.valueOf(refs.get("message"))).contains("namespace " + shop);
    }

    @Test
    void theRightsToPatchStatusesAndToCreateEventsSuffice() throws Exception {
        KitsuneAccount.grantToRead(server, shop);
        client.resource("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: status, namespace: %s}
                rules:
                - {apiGroups: [kitsune.dev], resources: [virtualenvironments/status], verbs: [patch]}
                - {apiGroups: [""], resources: [events], verbs: [create]}
                """.formatted(shop)).serverSideApply();
        client.resource("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: status, namespace: %1$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: status}
                subjects: [{kind: ServiceAccount, name: %1$s, namespace: %2$s}]
                """.formatted(shop, ServedCluster.SYSTEM)).serverSideApply();
        create("main");
        replica(KitsuneAccount.config(server, shop));

        awaitCondition("main", "Ready", "True");
        await().atMost(PATIENCE).until(() -> events(key("main")), all -> all.size() == 1);
    }

    @Test
    void transitionsAreEventsAtTheObject() {
        create("main");
        StatusReplica replica = replica();
        awaitCondition("main", "Ready", "True");
        replica.report(key("main"), ProxyFacts.NONE);

        List<Event> events = await().atMost(PATIENCE).until(() -> events(key("main")), all -> all.size() == 2);

        assertThat(events)
                .extracting(Event::getType, Event::getReason)
                .containsExactlyInAnyOrder(tuple("Normal", "Ready"), tuple("Warning", "NotReady"));
        assertThat(events)
                .allSatisfy(event -> assertThat(event.getInvolvedObject().getUid())
                        .isEqualTo(stored("main").getMetadata().getUid()));
    }

    @Test
    void aChangeOfManyObjectsIsOneWriteEachAndOneEvent() {
        IntStream.range(0, 300).forEach(i -> create("ve-" + i));
        StatusReplica replica = replica();
        await().atMost(PATIENCE).until(() -> replica.writes() == 300);

        ObjectKey environment = new ObjectKey(Kind.Environment, "", shop);
        List<Event> events = await().atMost(PATIENCE).until(() -> events(environment), all -> !all.isEmpty());

        assertThat(events).singleElement().satisfies(event -> assertThat(event.getMessage())
                .startsWith("300 virtual environments changed: 300 are ready"));
        assertThat(client.v1().events().inNamespace(shop).list().getItems()).isEmpty();
        assertThat(resources("VirtualEnvironment").list().getItems())
                .hasSize(300)
                .allSatisfy(of -> assertThat(condition(of, "Ready")).isNotNull());
        assertThat(replica.writes()).isEqualTo(300);
    }
}
