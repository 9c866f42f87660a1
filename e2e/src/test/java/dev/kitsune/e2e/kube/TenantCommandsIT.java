package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.cli.KitsuneCommand;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands of Kitsune for users who may read and write one namespace, with the roles of the chart. */
class TenantCommandsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String KUBECONFIG = "kubeconfig";

    /** Holds the accounts of the users. */
    private static final String USERS = "users";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static ApiServer server;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static ControllerManager controllers;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static ControlPlane replica;

    @BeforeAll
    static void start() throws Exception {
        KubernetesPrograms programs = SharedApiServer.programs();
        Helm helm = new Helm(SharedApiServer.helm(), null, Files.createDirectory(folder.resolve("helm")));
        server = ApiServer.start(programs, Files.createDirectory(folder.resolve("server")));
        server.installDefinitions();
        controllers = ControllerManager.start(
                programs.find("kube-controller-manager", System.err::println),
                server.kubeconfig(),
                folder.resolve("controllers"));
        server.client()
                .load(new ByteArrayInputStream(helm.template("--show-only", "templates/user-roles.yaml")
                        .getBytes(StandardCharsets.UTF_8)))
                .serverSideApply();
        ServedCluster cluster = new ServedCluster(server, "shop");
        for (String namespace : List.of("shop", "team", USERS, ServedCluster.SYSTEM)) {
            cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(namespace));
        }
        fill(cluster);
        replica = cluster.replica("one");
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(cluster.condition("main", "Released", "status")).isEqualTo("True");
            assertThat(cluster.condition("main", "ResolvedRefs", "status")).isEqualTo("True");
        });
    }

    private static void fill(ServedCluster cluster) {
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec: {data: {variables: {greeting: Hello}}}
                """, """
                apiVersion: v1
                kind: Secret
                metadata: {name: stripe, namespace: shop}
                stringData: {key: a-value-that-nobody-prints}
                """, """
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-one, namespace: shop}
                spec:
                  app: shop
                  components:
                    front:
                      version: f1
                      routes: [{rule: "Host(`shop.localhost`)"}]
                      secrets: {stripeKey: {required: true}}
                """, """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: main, namespace: shop}
                spec:
                  environment: dev
                  data: {secrets: {stripeKey: {secretRef: {name: stripe, key: key}}}}
                  release: {apps: {shop: {appDeployment: shop-one}}}
                """, """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: review, namespace: shop}
                spec: {parent: main, data: {variables: {greeting: Hi}}, expiresAfter: {idle: 7d}}
                """, """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: fix, namespace: team}
                spec: {parent: main}
                """, """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: mesh}
                rules: [{apiGroups: [kitsune.dev], resources: [platforms, environments], verbs: [get, list, watch]}]
                """);
        cluster.pod("front", "f1");
        server.client().pods().inNamespace("shop").withName("front").editStatus(pod -> new PodBuilder(pod)
                .withNewStatus()
                .withPhase("Running")
                .withPodIP("127.0.0.1")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build());
    }

    @AfterAll
    static void stop() {
        if (replica != null) {
            replica.close();
        }
        if (controllers != null) {
            controllers.close();
        }
        if (server != null) {
            server.close();
        }
    }

    /** Makes a user who has roles in a namespace, and others in the whole cluster, and returns the kubeconfig. */
    private static Path user(String name, String namespace, List<String> roles, List<String> everywhere)
            throws IOException {
        ServedCluster cluster = new ServedCluster(server, namespace);
        cluster.apply(
                "{apiVersion: v1, kind: ServiceAccount, metadata: {name: %s, namespace: %s}}".formatted(name, USERS));
        for (String role : roles) {
            cluster.apply("""
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: RoleBinding
                    metadata: {name: %1$s-%2$s, namespace: SHOP}
                    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %2$s}
                    subjects: [{kind: ServiceAccount, name: %1$s, namespace: %3$s}]
                    """.formatted(name, role, USERS));
        }
        for (String role : everywhere) {
            cluster.apply("""
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: ClusterRoleBinding
                    metadata: {name: %1$s-%2$s}
                    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %2$s}
                    subjects: [{kind: ServiceAccount, name: %1$s, namespace: %3$s}]
                    """.formatted(name, role, USERS));
        }
        Rights rights = Rights.of(server.client(), USERS, name);
        await().atMost(PATIENCE)
                .until(() -> rights.may("list", "virtualenvironments", "kitsune.dev", namespace, "")
                        && (everywhere.isEmpty() || rights.may("list", "environments", "kitsune.dev", "", "")));
        Config admin = server.config();
        String token = server.client()
                .serviceAccounts()
                .inNamespace(USERS)
                .withName(name)
                .tokenRequest()
                .getStatus()
                .getToken();
        return Files.writeString(folder.resolve(name + ".kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: test, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: tenant, user: {token: "%s"}}]
                contexts: [{name: test, context: {cluster: test, user: tenant}}]
                current-context: test
                """.formatted(
                        admin.getMasterUrl(), admin.getCaCertFile(), token));
    }

    private record CalledCommand(int exitCode, String out, String err) {}

    /** Runs a command in this process, because there are many of them. */
    private static CalledCommand kitsune(Path kubeconfig, String line) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String before = System.setProperty(KUBECONFIG, kubeconfig.toString());
        try {
            int code = KitsuneCommand.commandLine("kitsune")
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true))
                    .execute((line + " --system-namespace " + ServedCluster.SYSTEM).split(" "));
            return new CalledCommand(code, out.toString(), err.toString());
        } finally {
            if (before == null) {
                System.clearProperty(KUBECONFIG);
            } else {
                System.setProperty(KUBECONFIG, before);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "check, 1",
        "release main, 2",
        "rollback main, 2",
        "history main, 2",
        "history, 2",
        "expiry, 2",
        "usage, 2",
        "diff main review, 2",
        "explain --env main --url http://shop.localhost/, 2",
        "translate --role gateway --listen-port 8080, 2",
    })
    void withoutANamespaceTheRefusedListIsNamedAndWhatToDo(String command, int code) throws Exception {
        Path tenant = user("tenant", "shop", List.of("edit"), List.of());

        CalledCommand run = kitsune(tenant, command);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(code);
        assertThat(run.out() + run.err())
                .contains("virtualenvironments.kitsune.dev is forbidden", "name your namespace by --namespace")
                .doesNotContain("there is no", "still served");
    }

    /** These commands need the objects of the namespace alone. */
    @Test
    void releasesNeedNoEnvironments() throws Exception {
        Path tenant = user("tenant", "shop", List.of("edit"), List.of());

        CalledCommand asked = kitsune(tenant, "release main --namespace shop --app shop=shop-one --wait");
        CalledCommand history = kitsune(tenant, "history main -n shop");
        CalledCommand back = kitsune(tenant, "rollback main -n shop --wait");
        CalledCommand expiry = kitsune(tenant, "expiry -n shop");
        CalledCommand other = kitsune(tenant, "release main -n team");

        assertThat(asked.exitCode()).as(asked.err()).isZero();
        assertThat(asked.err()).contains("is active");
        assertThat(history.exitCode()).as(history.err()).isZero();
        assertThat(history.out()).contains("Active", "shop=shop-one");
        assertThat(back.exitCode()).as(back.err()).isZero();
        assertThat(expiry.exitCode()).as(expiry.err()).isZero();
        assertThat(expiry.out()).contains("review");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("is forbidden", "ask an operator", "in namespace team");
    }

    @ParameterizedTest
    @CsvSource({
        "usage, 2",
        "diff main review, 2",
        "explain --env main --url http://shop.localhost/, 2",
        "translate --role gateway --listen-port 8080, 2",
        "check, 1",
    })
    void withoutEnvironmentsTheRightIsNamed(String command, int code) throws Exception {
        Path tenant = user("tenant", "shop", List.of("edit"), List.of());

        CalledCommand run = kitsune(tenant, command + " --namespace shop");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(code);
        assertThat(run.out() + run.err())
                .contains("environments.kitsune.dev is forbidden", "ask an operator of the cluster for the right")
                .doesNotContain("there is no", "virtualenvironments.kitsune.dev is forbidden");
    }

    @ParameterizedTest
    @CsvSource({
        "check, 0, ''",
        "usage, 0, main",
        "diff main review, 1, Hi",
        "diff main main, 0, ''",
        "explain --env main --url http://shop.localhost/, 0, stripe",
        "translate --role gateway --listen-port 8080, 0, shop/front@f1",
        "history, 0, main",
    })
    void withEnvironmentsEveryCommandAnswers(String command, int code, String answer) throws Exception {
        Path member = user("member", "shop", List.of("edit"), List.of("mesh"));

        CalledCommand run = kitsune(member, command + " --namespace shop");

        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(code);
        assertThat(run.out()).contains(answer);
        assertThat(run.out() + run.err()).doesNotContain("cannot be listed", "a-value-that-nobody-prints");
        if (!command.equals("history")) {
            assertThat(run.err())
                    .contains("you may read these kinds only in namespace shop", "VirtualEnvironment", "Pod");
        }
    }

    /** The role view contains no Secrets. */
    @Test
    void secretsThatMayNotBeReadCountAsUnknown() throws Exception {
        Path viewer = user("viewer", "shop", List.of("view"), List.of("mesh"));

        CalledCommand check = kitsune(viewer, "check -n shop");
        CalledCommand explain = kitsune(viewer, "explain --env main --url http://shop.localhost/ -n shop");
        CalledCommand release = kitsune(viewer, "release main -n shop");

        assertThat(check.exitCode()).as(check.out()).isZero();
        assertThat(check.out().lines())
                .singleElement()
                .asString()
                .startsWith("Secrets/shop warning UnreadableFile")
                .contains("secrets is forbidden", "counts as present");
        assertThat(explain.exitCode()).as(explain.out() + explain.err()).isZero();
        assertThat(explain.err()).contains("Secrets/shop: they cannot be listed", "counts as present");
        assertThat(release.exitCode()).isEqualTo(1);
        assertThat(release.err())
                .contains("the request cannot be written", "is forbidden", "the role kitsune-edit in namespace shop");
    }

    @Test
    void theRoleToEditIsEnoughToCheckAndToRelease() throws Exception {
        Path writer = user("writer", "shop", List.of("kitsune-edit"), List.of("mesh"));

        CalledCommand check = kitsune(writer, "check -n shop");
        CalledCommand release = kitsune(writer, "release main -n shop --wait");
        CalledCommand explain = kitsune(writer, "explain --env main --url http://shop.localhost/ -n shop");

        assertThat(check.exitCode()).as(check.out()).isZero();
        assertThat(check.out().lines())
                .hasSize(4)
                .allMatch(line -> line.contains(" warning UnreadableFile they cannot be listed"))
                .anyMatch(line -> line.startsWith("Pods "))
                .anyMatch(line -> line.startsWith("Services "))
                .anyMatch(line -> line.startsWith("Namespaces "))
                .anyMatch(line -> line.startsWith("Secrets/shop "));
        assertThat(release.exitCode()).as(release.err()).isZero();
        assertThat(explain.exitCode()).isEqualTo(2);
        assertThat(explain.err()).contains("Pods: they cannot be listed", "in namespace shop");
    }

    @Test
    void aParentElsewhereIsUnknownAndNotMissing() throws Exception {
        Path team = user("team", "team", List.of("edit"), List.of("mesh"));

        CalledCommand check = kitsune(team, "check -n team");
        CalledCommand diff = kitsune(team, "diff fix fix -n team");

        assertThat(check.exitCode()).as(check.out()).isEqualTo(1);
        assertThat(check.out().lines())
                .singleElement()
                .asString()
                .startsWith("VirtualEnvironment/team/fix spec.parent error MissingParent")
                .contains("virtual environment main is not among what you may read", "ask an operator");
        assertThat(diff.exitCode()).isEqualTo(2);
        assertThat(diff.err())
                .contains("left out because of a problem: `kitsune check --context test --namespace team`")
                .contains("you may read these kinds only in namespace team");
    }

    /** What the page on tenancy recommends. */
    @Test
    void whoeverMayReadTheMeshFindsParentsElsewhere() throws Exception {
        Path reader = user("reader", "team", List.of("edit"), List.of("kitsune-view"));

        CalledCommand check = kitsune(reader, "check -n team");
        CalledCommand diff = kitsune(reader, "diff fix main -n team");

        assertThat(check.exitCode()).as(check.out()).isZero();
        assertThat(check.out().lines()).singleElement().asString().startsWith("Secrets/shop warning UnreadableFile");
        assertThat(diff.exitCode()).as(diff.out() + diff.err()).isZero();
    }
}
