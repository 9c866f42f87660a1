package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.process.Repository;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.xds.cli.KitsuneCommand;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chart installs runs as processes of this machine, with the arguments and the rights of its pods. */
class InstalledReplicaIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
    private static final String OWN = "kitsune";
    private static final String SHOP = "shop";

    private final Opened opened = new Opened();

    @TempDir
    private Path folder;

    private ApiServer server;
    private Helm helm;
    private ServedCluster cluster;
    private LoopbackPorts ports;
    private int xds;
    private String health;
    private PodProgram program;

    @BeforeEach
    void open() throws Exception {
        KubernetesPrograms programs = SharedApiServer.programs();
        Path helmProgram = SharedApiServer.helm();
        server = opened.add(ApiServer.start(programs, Files.createDirectory(folder.resolve("server"))));
        opened.add(ControllerManager.start(
                programs.find("kube-controller-manager", System.err::println),
                server.kubeconfig(),
                folder.resolve("controllers")));
        helm = new Helm(helmProgram, server.kubeconfig(), Files.createDirectory(folder.resolve("helm")));
        cluster = new ServedCluster(server, SHOP);
        for (String namespace : List.of(OWN, SHOP)) {
            cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace));
        }
        // The API server is no part of the network of Services, so it does not reach the webhook.
        helm.run(
                "install",
                "kitsune",
                Helm.CHART.toString(),
                "--namespace",
                OWN,
                "--set",
                "namespaces={" + SHOP + "},inject.failurePolicy=Ignore");
        ports = opened.add(new LoopbackPorts());
        xds = ports.next();
        health = "127.0.0.1:" + ports.next();
        program = new PodProgram(
                server,
                Map.of(
                        "^--xds=.*", "--xds=127.0.0.1:" + xds,
                        "^--http=.*", "--http=127.0.0.1:" + ports.next(),
                        "^--health=.*", "--health=" + health,
                        "^--inject=.*", "--inject=127.0.0.1:" + ports.next(),
                        "kitsune\\.kitsune\\.svc:18002", health),
                folder);
        opened.add(new EndingPods(program, OWN));
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(assertion);
    }

    /** Starts a replica, and waits until it is ready. */
    private ChildProcess replica() throws IOException {
        PodTemplateSpec template = server.client()
                .apps()
                .deployments()
                .inNamespace(OWN)
                .withName("kitsune")
                .require()
                .getSpec()
                .getTemplate();
        Pod pod = new PodBuilder()
                .withMetadata(new ObjectMetaBuilder(template.getMetadata())
                        .withName("kitsune-0")
                        .withNamespace(OWN)
                        .build())
                .withSpec(template.getSpec())
                .build();
        ChildProcess replica = opened.add(program.start(pod));
        await().atMost(PATIENCE).pollInterval(POLL).untilAsserted(() -> assertThat(
                        KitsuneCommand.commandLine("kitsune").execute("ready", health))
                .as(replica.log())
                .isZero());
        return replica;
    }

    /** Whatever a replica does for virtual environments, the rights of the chart are enough for it. */
    @Test
    void itsRightsAreEnoughForVirtualEnvironments() throws Exception {
        ChildProcess replica = replica();
        assertThat(server.client().leases().inNamespace(OWN).list().getItems()).hasSize(1);
        PodEnvoy.WayToKitsune way = new PodEnvoy.WayToKitsune(server, OWN, xds, UnaryOperator.identity());
        ClusterGateway gateway = opened.add(ClusterGateway.start(way, ports, folder));
        opened.add(new FakeKubelet(way, SHOP, folder));
        cluster.pod("front-1", "f1");
        cluster.pod("front-2", "f2");
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {}
                """, """
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: prod}
                spec: {releasePolicy: {type: Stable, history: {count: 0}}}
                """, """
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: payments, namespace: SHOP}
                spec: {http: {url: "http://payments.example.com"}}
                """, """
                apiVersion: v1
                kind: Secret
                metadata: {name: bank, namespace: SHOP}
                stringData: {token: key-1}
                """);
        candidate("shop-1", "1.0", "f1");
        candidate("shop-2", "2.0", "f2");

        // A release is active, and what it freezes and references is delivered.
        release("1.0", "");
        gateway.awaitVersion("main", "f1", PATIENCE);
        Answer answer = gateway.client().send(ClusterGateway.call("main"));
        assertThat(answer.receivedOne("kitsune-secret-bank")).isEqualTo(Credential.shorten("key-1"));
        eventually(
                () -> assertThat(cluster.condition("main", "Ready", "status")).isEqualTo("True"));
        assertThat(manifests()).containsExactly("main-1");
        eventually(() -> assertThat(
                        server.client().v1().events().inNamespace(SHOP).list().getItems())
                .anySatisfy(event -> {
                    assertThat(event.getReason()).isEqualTo("Ready");
                    assertThat(event.getInvolvedObject().getName()).isEqualTo("main");
                }));

        // The last good version is kept while the newest one is wrong.
        release("1.0", ", variables: {\"not a name\": x}");
        eventually(() ->
                assertThat(cluster.status("main", "lastGood", "generation")).isEqualTo(1));
        assertThat(cluster.condition("main", "Accepted", "reason")).isEqualTo("Invalid");
        gateway.awaitVersion("main", "f1", PATIENCE);

        // The next release replaces the contents of the first one, of which no history is kept.
        release("2.0", "");
        gateway.awaitVersion("main", "f2", PATIENCE);
        eventually(() -> assertThat(manifests()).containsExactly("main-2"));
        eventually(() -> assertThat(cluster.status("main", "lastGood")).isNull());

        // What may live for a second only expires, and every object has its conditions.
        cluster.virtualEnvironment("short", "{environment: prod, expiresAfter: {age: 1s}}");
        eventually(() -> assertThat(cluster.status("short", "expiry", "expired"))
                .isEqualTo(Map.of("limit", "age", "after", "1s")));
        for (Kind kind : List.of(Kind.Platform, Kind.Environment, Kind.AppDeployment, Kind.Adapter)) {
            eventually(() -> assertThat(server.client()
                            .genericKubernetesResources(Kind.API_VERSION, kind.name())
                            .inAnyNamespace()
                            .list()
                            .getItems())
                    .isNotEmpty()
                    .allSatisfy(object -> assertThat(object.<Object>get("status", "conditions"))
                            .isNotNull()));
        }

        replica.terminate();
        replica.awaitEnd(PATIENCE);
        assertThat(replica.exitCode()).as(replica.log()).isZero();
        assertThat(replica.log()).doesNotContain("forbidden");
    }

    private void candidate(String name, String version, String front) {
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: %s, namespace: SHOP}
                spec:
                  app: shop
                  version: "%s"
                  components:
                    front:
                      version: %s
                      routes: [{rule: "Host(`shop.localhost`)"}]
                      secrets: {bank: {required: true}}
                """.formatted(name, version, front));
    }

    /** {@code more}: more data, as YAML */
    private void release(String version, String more) {
        cluster.virtualEnvironment(
                "main",
                "{environment: prod, data: {secrets: {bank: {secretRef: {name: bank, key: token}}}%s},".formatted(more)
                        + " release: {apps: {shop: {appDeployment: shop-%s, version: \"%s\"}}}}"
                                .formatted(version.charAt(0), version));
    }

    private List<String> manifests() {
        return server
                .client()
                .genericKubernetesResources(Kind.API_VERSION, "ReleaseManifest")
                .inNamespace(SHOP)
                .list()
                .getItems()
                .stream()
                .map(GenericKubernetesResource::getMetadata)
                .map(metadata -> metadata.getName())
                .toList();
    }

    @Test
    void theTestOfTheChartFailsWhileNoReplicaIsReady() throws Exception {
        Helm.Printed printed = helm.tried("test", "kitsune", "--namespace", OWN);

        assertThat(printed.exitCode()).isNotZero();
        assertThat(printed.err()).contains("pod kitsune-ready failed");
        assertThat(Files.readString(folder.resolve("kitsune-ready.log"))).contains("no `serve` answers at " + health);
    }

    /** They need pods, which run here as processes. An image and a forwarded port need more than that. */
    @Test
    void theCommandsForRunningPodsOfThePageWork() throws Exception {
        replica();
        roll("kitsune");
        List<String> commands = CONSOLE.matcher(
                        Files.readString(Repository.root().resolve("docs/kubernetes.md")))
                .results()
                .flatMap(block -> block.group(1).lines())
                .filter(line -> !line.startsWith("./kitsune-image ") && !line.contains(" port-forward "))
                .toList();
        assertThat(commands).hasSize(2);

        String log = run(commands);

        assertThat(log)
                .contains("deployment \"kitsune\" successfully rolled out")
                .containsPattern("TEST SUITE: +kitsune-ready")
                .containsPattern("Phase: +Succeeded");
        assertThat(server.client().pods().inNamespace(OWN).list().getItems())
                .as("what succeeds is deleted")
                .isEmpty();
    }

    /** Says what the controller of Deployments says when all replicas run. */
    private void roll(String deployment) {
        server.client()
                .apps()
                .deployments()
                .inNamespace(OWN)
                .withName(deployment)
                .editStatus(now -> {
                    int replicas = now.getSpec().getReplicas();
                    now.setStatus(new DeploymentStatusBuilder()
                            .withObservedGeneration(now.getMetadata().getGeneration())
                            .withReplicas(replicas)
                            .withUpdatedReplicas(replicas)
                            .withReadyReplicas(replicas)
                            .withAvailableReplicas(replicas)
                            .build());
                    return now;
                });
    }

    private String run(List<String> commands) throws Exception {
        String script = """
                set -eux
                helm() { '%s' "$@"; }
                kubectl() { '%s' "$@"; }
                %s
                """.formatted(
                        helm.program(),
                        SharedApiServer.programs().find("kubectl", System.err::println),
                        commands.stream().collect(Collectors.joining("\n")));
        Path log = folder.resolve("page");
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        bash.environment().putAll(helm.environment());
        try (ChildProcess process = ChildProcess.of(bash.start(), log)) {
            process.awaitEnd(PATIENCE);
            assertThat(process.isAlive()).as("it runs; %s", process.log()).isFalse();
            assertThat(process.exitCode()).as(process.log()).isZero();
            return process.log();
        }
    }

    /** Nobody would remove the finalizers afterwards. */
    @Test
    void anUninstallLetsGoOfEveryObject() throws Exception {
        ChildProcess replica = replica();
        cluster.environment("dev");
        cluster.virtualEnvironment("main", "{environment: dev}");
        cluster.virtualEnvironment("fix", "{parent: main}");
        eventually(() -> assertThat(cluster.virtualEnvironment("main").get().getFinalizers())
                .containsExactly("kitsune.dev/in-use"));
        cluster.virtualEnvironment("main").delete();
        // Nothing of this cluster ends the process when the Deployment is scaled down.
        replica.terminate();
        replica.awaitEnd(PATIENCE);

        String log = helm.run("uninstall", "kitsune", "--namespace", OWN);

        assertThat(log).contains("release \"kitsune\" uninstalled");
        try (Stream<Path> logs = Files.list(folder)) {
            assertThat(logs.filter(file -> file.getFileName().toString().matches("kitsune-cleanup-.*\\.log")))
                    .singleElement()
                    .satisfies(file -> assertThat(Files.readString(file))
                            .contains("No replica of the Deployment kitsune/kitsune runs.")
                            .contains("kitsune.dev/in-use was removed from 2 objects."));
        }
        assertThat(cluster.virtualEnvironment("main").get()).isNull();
        assertThat(cluster.virtualEnvironment("fix").get()).isNotNull();
        assertThat(server.client()
                        .rbac()
                        .clusterRoles()
                        .withName("kitsune-cleanup")
                        .get())
                .isNull();
        for (String namespace : List.of(SHOP, OWN)) {
            server.client().namespaces().withName(namespace).delete();
            eventually(() -> assertThat(
                            server.client().namespaces().withName(namespace).get())
                    .isNull());
        }
    }

    /** A hook may be a Job, whose controller hears how the program has ended. */
    @Test
    void aJobOfTheImageEndsAsItsProgramDoes() {
        job("asks", "ready, \"" + health + "\"");
        job("says", "--version");

        for (Map.Entry<String, String> end :
                Map.of("asks", "Failed", "says", "Complete").entrySet()) {
            eventually(() -> assertThat(server.client()
                            .batch()
                            .v1()
                            .jobs()
                            .inNamespace(OWN)
                            .withName(end.getKey())
                            .get()
                            .getStatus()
                            .getConditions())
                    .anySatisfy(condition -> {
                        assertThat(condition.getType()).isEqualTo(end.getValue());
                        assertThat(condition.getStatus()).isEqualTo("True");
                    }));
        }
    }

    private void job(String name, String arguments) {
        cluster.apply("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: %s, namespace: %s}
                spec:
                  backoffLimit: 0
                  template:
                    spec:
                      restartPolicy: Never
                      serviceAccountName: kitsune
                      containers: [{name: kitsune, image: kitsune, args: [%s]}]
                """.formatted(name, OWN, arguments));
    }
}
