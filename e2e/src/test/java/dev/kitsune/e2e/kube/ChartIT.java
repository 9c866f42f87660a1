package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.process.Repository;
import dev.kitsune.k8s.watch.KubernetesSource;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.xds.cli.KitsuneCommand;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
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
import java.util.ArrayList;
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
    private static ControllerManager controllers;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Helm helm;

    @BeforeAll
    static void start() throws Exception {
        Path program = SharedApiServer.helm();
        KubernetesPrograms programs = SharedApiServer.programs();
        server = ApiServer.start(programs, Files.createDirectory(folder.resolve("server")));
        controllers = ControllerManager.start(
                programs.find("kube-controller-manager", System.err::println),
                server.kubeconfig(),
                folder.resolve("controllers"));
        client = server.client();
        helm = new Helm(program, server.kubeconfig(), Files.createDirectory(folder.resolve("helm")));
        namespace(OWN, Map.of("pod-security.kubernetes.io/enforce", "restricted"));
        namespace(NAMED, Map.of());
        namespace("other", Map.of());
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
    static void stop() {
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
        client.apiextensions().v1().customResourceDefinitions().delete();
        await().atMost(PATIENCE).until(() -> definitions().isEmpty());
    }

    private static List<String> definitions() {
        return client.apiextensions().v1().customResourceDefinitions().list().getItems().stream()
                .map(definition -> definition.getMetadata().getName())
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
        await().atMost(PATIENCE)
                .ignoreException(KubernetesClientException.class)
                .untilAsserted(() -> client.resource("""
                        apiVersion: kitsune.dev/v1alpha1
                        kind: Environment
                        metadata: {name: dev}
                        spec: {}
                        """).serverSideApply());
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
        }
    }

    /** The program reads the cluster as its account, whose rights to definitions are for some names alone. */
    @Test
    void itsRightsAreEnoughToReadTheCluster() throws Exception {
        install();
        ownAnEnvironment();
        Config account = KitsuneAccount.config(server, OWN);

        await().atMost(PATIENCE).untilAsserted(() -> {
            CatalogChange read = KubernetesSource.readOnce(account, OWN);
            assertThat(read.problems()).isEmpty();
            assertThat(read.catalog().manifests()).containsKey(new ObjectKey(Kind.Environment, "", "dev"));
        });
    }

    /** The program runs with the arguments of the chart, as the chart's account. */
    @Test
    void aReplicaServesWithTheArgumentsAndTheRightsOfTheChart() throws Exception {
        install();
        ownAnEnvironment();
        Path account = Files.writeString(
                folder.resolve("account"),
                Files.readString(server.kubeconfig())
                        .replaceFirst(
                                "token: \"[^\"]+\"",
                                "token: \"" + KitsuneAccount.config(server, OWN).getOauthToken() + "\""));
        Path token = Files.writeString(folder.resolve("token"), replicaToken());
        try (LoopbackPorts ports = new LoopbackPorts()) {
            String health = "127.0.0.1:" + ports.next();
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Dkubeconfig=" + account,
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.kitsune.Kitsune"));
            arguments()
                    .forEach(argument -> command.add(argument.replace("$(POD_NAMESPACE)", OWN)
                            .replace("$(POD_NAME)", "kitsune-0")
                            .replace("$(POD_IP)", "127.0.0.1")
                            .replace("/etc/kitsune/replica/token", token.toString())
                            .replaceFirst("--(xds|http)=.*", "--$1=127.0.0.1:0")
                            .replaceFirst("--health=.*", "--health=" + health)));
            try (ChildProcess serve = ChildProcess.start(command, folder.resolve("serve"))) {
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(KitsuneCommand.commandLine("kitsune").execute("ready", health))
                            .as(serve.log())
                            .isZero();
                    assertThat(client.leases().inNamespace(OWN).list().getItems())
                            .hasSize(1);
                    assertThat(environment().getAdditionalProperties().get("status"))
                            .as("the status of the Environment")
                            .isNotNull();
                });
                serve.terminate();
                serve.awaitEnd(PATIENCE);
                assertThat(serve.exitCode()).as(serve.log()).isZero();
                assertThat(serve.log()).doesNotContain("forbidden", "WARN", "ERROR");
            }
        }
    }

    /** The arguments of a replica. */
    private static List<String> arguments() {
        return client.apps()
                .deployments()
                .inNamespace(OWN)
                .withName("kitsune")
                .get()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getArgs();
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
        pods.add((Pod) client.load(new ByteArrayInputStream(
                        helm.run("get", "hooks", "kitsune", "--namespace", OWN).getBytes(StandardCharsets.UTF_8)))
                .items()
                .get(0));

        assertThat(pods).hasSize(3).allSatisfy(pod -> {
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
                """.formatted(
                        helm.program(), SharedApiServer.programs().find("kubectl", System.err::println), commands);
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
