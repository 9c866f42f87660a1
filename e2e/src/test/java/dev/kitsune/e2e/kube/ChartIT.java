package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.process.Repository;
import dev.kitsune.k8s.lease.HolderLease;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.k8s.watch.KubernetesSource;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installs the chart in a cluster of its own, because it brings the custom resource definitions. */
class ChartIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern BLOCK = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);
    private static final String OWN = "kitsune";
    private static final String NAMED = "shop";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static ApiServer server;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static AutoCloseable controllers;

    /** Runs the hook of an uninstall. */
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static EndingPods pods;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Helm helm;

    @BeforeAll
    static void start() throws Exception {
        server = SharedApiServer.start(Files.createDirectory(folder.resolve("server")));
        controllers = SharedApiServer.controllers(server, folder.resolve("controllers"));
        client = server.client();
        helm = new Helm(SharedApiServer.helm(), server.kubeconfig(), Files.createDirectory(folder.resolve("helm")));
        namespace(OWN, Map.of("pod-security.kubernetes.io/enforce", "restricted"));
        namespace(NAMED, Map.of());
        namespace("other", Map.of());
        pods = new EndingPods(new PodProgram(server, Map.of(), Files.createDirectory(folder.resolve("pods"))), OWN);
    }

    private static void namespace(String name, Map<String, String> labels) {
        client.resource(new NamespaceBuilder()
                        .withMetadata(new ObjectMetaBuilder()
                                .withName(name)
                                .withLabels(labels)
                                .build())
                        .build())
                .create();
    }

    @AfterAll
    static void stop() throws Exception {
        if (pods != null) {
            pods.close();
        }
        if (controllers != null) {
            controllers.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void clean() throws Exception {
        helm.run("uninstall", "kitsune", "--namespace", OWN, "--ignore-not-found");
        for (String definition : definitions()) {
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(definition)
                    .delete();
        }
        await().atMost(PATIENCE).until(() -> definitions().isEmpty());
    }

    /** Returns the names of Kitsune's definitions that the cluster has. */
    private static List<String> definitions() {
        return client.apiextensions().v1().customResourceDefinitions().list().getItems().stream()
                .map(definition -> definition.getMetadata().getName())
                .filter(name -> name.endsWith(".kitsune.dev"))
                .toList();
    }

    private static void install(String... values) throws IOException, InterruptedException {
        command("install", values);
    }

    private static void command(String what, String... values) throws IOException, InterruptedException {
        helm.run(
                what,
                "kitsune",
                Helm.CHART.toString(),
                "--namespace",
                OWN,
                "--set",
                String.join(",", values.length == 0 ? new String[] {"namespaces={shop}"} : values));
    }

    @Test
    void itIsInstalledUpgradedAndUninstalledAndKeepsTheObjectsOfUsers() throws Exception {
        install();

        assertThat(helm.run("status", "kitsune", "--namespace", OWN))
                .contains("deployed", "rollout status", "port-forward");
        for (HasMetadata object : released()) {
            assertThat(client.resource(object).get())
                    .as(object.getKind() + "/" + object.getMetadata().getName())
                    .isNotNull();
        }
        ownAnEnvironment();
        String token = replicaToken();

        command("upgrade", "replicas=3", "gateway.enabled=false");

        assertThat(client.apps()
                        .deployments()
                        .inNamespace(OWN)
                        .withName("kitsune")
                        .get()
                        .getSpec()
                        .getReplicas())
                .isEqualTo(3);
        assertThat(client.apps()
                        .deployments()
                        .inNamespace(OWN)
                        .withName("kitsune-gateway")
                        .get())
                .isNull();
        assertThat(client.rbac().roles().inNamespace(NAMED).list().getItems()).isEmpty();

        assertThat(replicaToken()).as("the replicas still recognise each other").isEqualTo(token);

        List<HasMetadata> before = released();
        helm.run("uninstall", "kitsune", "--namespace", OWN);

        assertThat(before)
                .filteredOn(object -> !object.getKind().equals("CustomResourceDefinition"))
                .hasSizeGreaterThan(8)
                .allSatisfy(object -> assertThat(client.resource(object).get())
                        .as(object.getKind() + "/" + object.getMetadata().getName())
                        .isNull());
        assertThat(definitions()).hasSize(6);
        GenericKubernetesResource kept = environment();
        assertThat(kept.getMetadata().getFinalizers()).as("nothing holds it").isEmpty();

        install();

        assertThat(environment().getMetadata().getUid())
                .as("installed again, it takes over what was kept")
                .isEqualTo(kept.getMetadata().getUid());
    }

    private static String replicaToken() {
        String token = Objects.requireNonNull(client.secrets()
                .inNamespace(OWN)
                .withName("kitsune-replica-token")
                .get()
                .getData()
                .get("token"));
        assertThat(Base64.getDecoder().decode(token)).hasSizeGreaterThan(30);
        return token;
    }

    private static void ownAnEnvironment() {
        ownAnEnvironment("{}");
    }

    private static void ownAnEnvironment(String spec) {
        await().atMost(PATIENCE)
                .ignoreException(KubernetesClientException.class)
                .untilAsserted(() -> client.resource("""
                        apiVersion: kitsune.dev/v1alpha1
                        kind: Environment
                        metadata: {name: dev}
                        spec: %s
                        """.formatted(spec)).serverSideApply());
    }

    private static GenericKubernetesResource environment() {
        return Objects.requireNonNull(
                client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                                .withGroup("kitsune.dev")
                                .withVersion("v1alpha1")
                                .withKind("Environment")
                                .withPlural("environments")
                                .withNamespaced(false)
                                .build())
                        .withName("dev")
                        .get(),
                "the Environment of a user");
    }

    /** The objects that Helm keeps for the release. */
    private static List<HasMetadata> released() throws IOException, InterruptedException {
        return client.load(new ByteArrayInputStream(helm.run("get", "manifest", "kitsune", "--namespace", OWN)
                        .getBytes(StandardCharsets.UTF_8)))
                .items();
    }

    @Test
    void itMayDoWhatItNeedsAndNothingElse() throws Exception {
        install();
        Rights rights = Rights.of(client, OWN, "kitsune");

        await().atMost(PATIENCE).until(() -> rights.may("list", "secrets", "", NAMED, ""));
        assertThat(rights.table(places())).isEqualTo(golden("kitsune"));
        for (String verb : List.of("get", "watch", "list", "update", "delete")) {
            for (String name : List.of("virtualenvironments.kitsune.dev", "others.example.com")) {
                assertThat(rights.may(verb, "customresourcedefinitions", "apiextensions.k8s.io", "", name))
                        .as(verb + " " + name)
                        .isEqualTo(name.endsWith("kitsune.dev")
                                && List.of("get", "watch").contains(verb));
            }
            for (String name : List.of(HolderLease.NAME, "other")) {
                assertThat(rights.may(verb, "leases", "coordination.k8s.io", OWN, name))
                        .as(verb + " the Lease " + name)
                        .isEqualTo(name.equals(HolderLease.NAME)
                                && List.of("get", "update").contains(verb));
            }
            for (String name : List.of("kitsune-ca", "kitsune-replica-token")) {
                assertThat(rights.may(verb, "secrets", "", OWN, name))
                        .as(verb + " the Secret " + name)
                        .isEqualTo(name.equals("kitsune-ca")
                                && List.of("get", "update").contains(verb));
            }
        }
    }

    @Test
    void withDistillationItMayAlsoKeepDeploymentsInTheNamedNamespaces() throws Exception {
        install("namespaces={shop},distillation.enabled=true");
        Rights rights = Rights.of(client, OWN, "kitsune");

        await().atMost(PATIENCE).until(() -> rights.may("create", "deployments", "apps", NAMED, ""));
        for (String verb : List.of("get", "list", "watch", "create", "patch", "delete", "update", "deletecollection")) {
            assertThat(rights.may(verb, "deployments", "apps", NAMED, ""))
                    .as(verb)
                    .isEqualTo(!List.of("update", "deletecollection").contains(verb));
            assertThat(rights.may(verb, "deployments", "apps", OWN, ""))
                    .as(verb)
                    .isFalse();
            assertThat(rights.may(verb, "deployments", "apps", "other", ""))
                    .as(verb)
                    .isFalse();
        }
        assertThat(rights.table(places()).lines().filter(line -> !line.startsWith("deployments.apps: ")))
                .containsExactlyElementsOf(golden("kitsune").lines().toList());
    }

    /** It may read the Secrets with keys that the values name, and follows each of them by its name. */
    @Test
    void itFollowsTheKeysOfTokensByTheirNames() throws Exception {
        install("namespaces={shop},tokenKeys={prod-tokens}");
        Rights rights = Rights.of(client, OWN, "kitsune");
        await().atMost(PATIENCE).until(() -> rights.may("watch", "secrets", "", OWN, "prod-tokens"));
        assertThat(rights.may("get", "secrets", "", OWN, "kitsune-replica-token"))
                .isFalse();
        keys("one");
        ownAnEnvironment("{selection: {type: Token, jwks: {secretRef: {name: prod-tokens}}}}");
        RecordedChanges changes = new RecordedChanges();

        try (KubernetesSource source = new KubernetesSource(KitsuneAccount.config(server, OWN, "kitsune"), OWN)) {
            source.start(changes);

            assertThat(changes.problems()).isEmpty();
            assertThat(changes.catalog().secrets())
                    .containsOnly(entry(
                            new SecretId("", "prod-tokens"), new Secret(Map.of("jwks.json", SecretValue.of("one")))));
            keys("two");
            await().atMost(PATIENCE).until(() -> new Secret(Map.of("jwks.json", SecretValue.of("two")))
                    .equals(changes.catalog().secrets().get(new SecretId("", "prod-tokens"))));
            ownAnEnvironment("{selection: {type: Token, jwks: {secretRef: {name: unnamed}}}}");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(changes.problems())
                    .singleElement()
                    .asString()
                    .startsWith("Secrets/kitsune/unnamed error UnreadableFile")
                    .contains("add unnamed to `tokenKeys` of the chart"));
            assertThat(changes.catalog().secrets()).isEmpty();
        } finally {
            client.secrets().inNamespace(OWN).withName("prod-tokens").delete();
            client.resource(environment()).delete();
        }
    }

    private static void keys(String text) {
        client.resource("""
                apiVersion: v1
                kind: Secret
                metadata: {name: prod-tokens, namespace: %s}
                stringData: {jwks.json: %s}
                """.formatted(OWN, text)).serverSideApply();
    }

    /** The program reads the cluster as its account, whose rights to definitions are for some names alone. */
    @Test
    void itsRightsAreEnoughToReadTheCluster() throws Exception {
        install();
        ownAnEnvironment();
        Config account = KitsuneAccount.config(server, OWN, "kitsune");

        await().atMost(PATIENCE).untilAsserted(() -> {
            CatalogChange read = new Cluster("test", account).read(OWN).change();
            assertThat(read.problems()).isEmpty();
            assertThat(read.catalog().manifests()).containsKey(new ObjectKey(Kind.Environment, "", "dev"));
        });
    }

    @Test
    void usersGetTheRightsOfTheirRole() throws Exception {
        install();
        for (String role : List.of("kitsune-view", "kitsune-edit")) {
            bind(role);
            Rights rights = new Rights(client, role, List.of());

            await().atMost(PATIENCE)
                    .until(() -> rights.may("list", "adapters", "kitsune.dev", NAMED, "")
                            || rights.may("create", "adapters", "kitsune.dev", NAMED, ""));
            Map<String, String> places = new LinkedHashMap<>(places());
            places.remove("own");
            assertThat(rights.table(places)).isEqualTo(golden(role));
        }
    }

    /** Kubernetes completes its own roles by the labels of Kitsune's. */
    @Test
    void whoMayEditANamespaceMayCreateVirtualEnvironmentsInIt() throws Exception {
        install();
        bind("view");
        bind("edit");
        Rights view = new Rights(client, "view", List.of());
        Rights edit = new Rights(client, "edit", List.of());

        await().atMost(PATIENCE)
                .until(() -> view.may("list", "virtualenvironments", "kitsune.dev", NAMED, "")
                        && edit.may("create", "virtualenvironments", "kitsune.dev", NAMED, ""));
        assertThat(view.may("create", "virtualenvironments", "kitsune.dev", NAMED, ""))
                .isFalse();
        assertThat(edit.may("create", "virtualenvironments", "kitsune.dev", "other", ""))
                .isFalse();
        assertThat(edit.may("create", "releasemanifests", "kitsune.dev", NAMED, ""))
                .isFalse();
        assertThat(edit.may("patch", "virtualenvironments/status", "kitsune.dev", NAMED, ""))
                .isFalse();
        assertThat(edit.may("create", "environments", "kitsune.dev", "", "")).isFalse();
    }

    /** Binds a user of the role's name to it in one namespace. */
    private static void bind(String role) {
        client.resource("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: ROLE, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ROLE}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: ROLE}]
                """.replace("ROLE", role)).serverSideApply();
    }

    /** Namespaces with objects of users and of the chart end as soon as they are deleted. */
    @Test
    void noNamespaceIsStuckAfterAnUninstall() throws Exception {
        namespace("short-lived", Map.of());
        install("namespaces={short-lived}");
        await().atMost(PATIENCE)
                .ignoreException(KubernetesClientException.class)
                .untilAsserted(() -> client.resource("""
                        apiVersion: kitsune.dev/v1alpha1
                        kind: VirtualEnvironment
                        metadata: {name: main, namespace: short-lived}
                        spec: {environment: dev}
                        """).serverSideApply());
        helm.run("uninstall", "kitsune", "--namespace", OWN);

        client.namespaces().withName("short-lived").delete();

        await().atMost(PATIENCE)
                .until(() -> client.namespaces().withName("short-lived").get() == null);
    }

    private static Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("own", OWN);
        places.put("named", NAMED);
        places.put("other", "other");
        return places;
    }

    private static String golden(String who) throws IOException {
        return Files.readString(Repository.root().resolve("e2e/src/test/resources/chart/can-i/" + who + ".txt"))
                .stripTrailing();
    }

    /** The namespace enforces the standard "restricted". */
    @Test
    void itsPodsPassTheRestrictedStandard() throws Exception {
        install();
        List<Pod> pods = client.apps().deployments().inNamespace(OWN).list().getItems().stream()
                .map(deployment -> pod(
                        deployment.getMetadata().getName(), deployment.getSpec().getTemplate()))
                .collect(Collectors.toList());
        client.load(new ByteArrayInputStream(
                        helm.run("get", "hooks", "kitsune", "--namespace", OWN).getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(hook -> {
                    if (hook instanceof Pod pod) {
                        pods.add(pod);
                    } else if (hook instanceof Job job) {
                        pods.add(pod(job.getMetadata().getName(), job.getSpec().getTemplate()));
                    }
                });

        assertThat(pods).hasSize(4).allSatisfy(pod -> {
            assertThat(client.resource(pod).dryRun().create()).isNotNull();
            assertThat(pod.getSpec().getContainers()).allSatisfy(container -> assertThat(
                            container.getSecurityContext().getReadOnlyRootFilesystem())
                    .isTrue());
            Pod root = new PodBuilder(pod)
                    .editSpec()
                    .editSecurityContext()
                    .withRunAsUser(0L)
                    .endSecurityContext()
                    .endSpec()
                    .build();
            assertThatThrownBy(() -> client.resource(root).dryRun().create()).hasMessageContaining("restricted");
        });
    }

    private static Pod pod(String name, PodTemplateSpec template) {
        return new PodBuilder()
                .withMetadata(new ObjectMetaBuilder(template.getMetadata())
                        .withName(name)
                        .withNamespace(OWN)
                        .build())
                .withSpec(template.getSpec())
                .build();
    }

    /** The commands that need no running pods are in blocks of bash. */
    @Test
    void theCommandsOfThePageWork() throws Exception {
        String commands = BLOCK.matcher(Files.readString(Repository.root().resolve("docs/kubernetes.md")))
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining("\n"));
        String script = """
                set -eux
                helm() { '%s' "$@"; }
                kubectl() { # the API server describes new kinds a moment after it serves them
                  for try in $(seq 100); do
                    '%s' "$@" && return
                    sleep 0.1
                  done
                  return 1
                }
                %s
                """.formatted(helm.program(), SharedApiServer.kubectl(), commands);
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", script)
                .directory(Repository.root().toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("page").toFile());
        bash.environment().putAll(helm.environment());
        try (ChildProcess process = ChildProcess.of(bash.start(), folder.resolve("page"))) {
            process.awaitEnd(PATIENCE);
            assertThat(process.isAlive()).as("it runs; %s", process.log()).isFalse();
            assertThat(process.exitCode()).as(process.log()).isZero();
            assertThat(process.log()).contains("STATUS: deployed", "release \"kitsune\" uninstalled");
        }
        assertThat(commands).contains("helm install", "helm upgrade", "helm uninstall");
    }
}
