package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.k8s.lease.ReadyPods;
import dev.kitsune.xds.tls.CertificateAuthority;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart renders, without a cluster. */
class ChartTemplateIT {
    private static final String MOUNTED = "/etc/kitsune";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Helm helm;

    @BeforeAll
    static void find() {
        helm = new Helm(SharedApiServer.helm(), null, folder);
    }

    private static List<HasMetadata> rendered(String... arguments) throws IOException, InterruptedException {
        byte[] yaml = helm.template(arguments).getBytes(StandardCharsets.UTF_8);
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            return client.load(new ByteArrayInputStream(yaml)).items();
        }
    }

    private static List<String> names(List<HasMetadata> objects) {
        return objects.stream()
                .map(object -> object.getKind() + "/" + object.getMetadata().getName())
                .toList();
    }

    private static <T extends HasMetadata> T find(List<HasMetadata> objects, Class<T> type, String name) {
        return objects.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + name));
    }

    @Test
    void lintFindsNothing() throws Exception {
        assertThat(helm.run("lint", Helm.CHART.toString(), "--strict"))
                .contains("0 chart(s) failed")
                .doesNotContain("[WARNING]", "[ERROR]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unknown=1",
                "gateway.unknown=1",
                "gateway.service.unknown=1",
                "image.unknown=1",
                "monitoring.unknown=1",
                "replicas=0",
                "replicas=two",
                "namespaces={Shop}",
                "distillation.enabled=maybe",
                "distillation.unknown=1",
                "gateway.service.type=Public",
                "networkPolicy=maybe"
            })
    void theSchemaRefusesWhatDoesNothing(String value) throws Exception {
        Helm.Printed printed = helm.tried("template", Helm.CHART.toString(), "--set", value);

        assertThat(printed.exitCode()).isNotZero();
        assertThat(printed.err())
                .contains("values don't meet the specifications of the schema")
                .contains(
                        value.contains("unknown")
                                ? "unknown"
                                : value.substring(value.lastIndexOf('.') + 1).split("=", 2)[0]);
    }

    @Test
    void everyObjectIsLabelledAndIsOfTheRelease() throws Exception {
        List<HasMetadata> objects = rendered("--set", "namespaces={shop}", "--set", "monitoring.dashboard=true");

        assertThat(objects)
                .filteredOn(object -> !object.getKind().equals("CustomResourceDefinition"))
                .hasSizeGreaterThan(15)
                .allSatisfy(object -> assertThat(object.getMetadata().getLabels())
                        .as(object.getKind() + "/" + object.getMetadata().getName())
                        .containsEntry("app.kubernetes.io/instance", "kitsune")
                        .containsEntry("app.kubernetes.io/managed-by", "Helm"));
    }

    @Test
    void whatIsSwitchedOffIsNotThere() throws Exception {
        assertThat(names(rendered()))
                .noneMatch(name -> name.startsWith("PrometheusRule") || name.startsWith("ServiceMonitor"));
        assertThat(names(rendered("--set", "gateway.enabled=false,networkPolicy=false,topologySpread=false")))
                .contains("PodDisruptionBudget/kitsune")
                .noneMatch(name -> name.contains("gateway") || name.startsWith("NetworkPolicy"));
        assertThat(names(rendered("--set", "pdb=false"))).noneMatch(name -> name.startsWith("PodDisruptionBudget"));
        assertThat(names(rendered(
                        "--set", "monitoring.serviceMonitor=true,monitoring.rules=true,monitoring.dashboard=true")))
                .contains("ServiceMonitor/kitsune", "PrometheusRule/kitsune", "ConfigMap/kitsune-dashboard");
    }

    @Test
    void valuesArriveWhereTheyBelong() throws Exception {
        List<HasMetadata> objects = rendered(
                "--set",
                "replicas=3,image.repository=example/kitsune,image.tag=v7,image.pullSecrets={login},gateway.replicas=4",
                "--set",
                "gateway.service.type=LoadBalancer,gateway.service.port=8443,resources.limits.memory=2Gi");

        Deployment kitsune = find(objects, Deployment.class, "kitsune");
        assertThat(kitsune.getSpec().getReplicas()).isEqualTo(3);
        assertThat(kitsune.getSpec().getTemplate().getSpec().getImagePullSecrets())
                .extracting(secret -> secret.getName())
                .containsExactly("login");
        Container container =
                kitsune.getSpec().getTemplate().getSpec().getContainers().get(0);
        assertThat(container.getImage()).isEqualTo("example/kitsune:v7");
        assertThat(container.getResources().getLimits().get("memory")).hasToString("2Gi");
        assertThat(find(objects, Deployment.class, "kitsune-gateway").getSpec().getReplicas())
                .isEqualTo(4);
        Service service = find(objects, Service.class, "kitsune-gateway");
        assertThat(service.getSpec().getType()).isEqualTo("LoadBalancer");
        assertThat(service.getSpec().getPorts().get(0).getPort()).isEqualTo(8443);
    }

    @Test
    void distillationIsOnWhereTheValuesSaySo() throws Exception {
        assertThat(argumentsOfKitsune()).noneMatch(argument -> argument.startsWith("--distillation"));
        assertThat(argumentsOfKitsune("--set", "distillation.enabled=true,namespaces={shop,pay}"))
                .contains("--distillation=shop,pay");
        assertThat(argumentsOfKitsune("--set", "distillation.enabled=true")).contains("--distillation=");
        assertThat(names(rendered())).contains("ValidatingAdmissionPolicy/kitsune-pod-templates");
        assertThat(names(rendered("--set", "distillation.authorisation=false")))
                .noneMatch(name -> name.endsWith("/kitsune-pod-templates"));
    }

    private static List<String> argumentsOfKitsune(String... values) throws IOException, InterruptedException {
        return find(rendered(values), Deployment.class, "kitsune")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getArgs();
    }

    /** A replica finds the others by their labels, and gateways are none. */
    @Test
    void thePodsOfTheControlPlaneAreThoseThatMustReport() throws Exception {
        List<HasMetadata> objects = rendered();

        assertThat(labelsOfPods(objects, "kitsune")).containsAllEntriesOf(ReadyPods.LABELS);
        assertThat(labelsOfPods(objects, "kitsune-gateway").entrySet().containsAll(ReadyPods.LABELS.entrySet()))
                .isFalse();
    }

    private static Map<String, String> labelsOfPods(List<HasMetadata> objects, String deployment) {
        return find(objects, Deployment.class, deployment)
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getLabels();
    }

    /** Kubernetes puts an address of IPv6 into arguments without brackets. */
    @Test
    void envoysSpreadOverReplicasThatReachEachOther() throws Exception {
        List<HasMetadata> objects = rendered();

        assertThat(find(objects, Service.class, "kitsune").getSpec().getSessionAffinity())
                .isNull();
        assertThat(find(objects, Deployment.class, "kitsune")
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getArgs())
                .contains("--advertise=$(POD_IP)", "--xds=0.0.0.0:18000");
    }

    /** Kitsune's own namespace is a namespace of apps only if it is named. */
    @Test
    void secretsAndThePortForEnvoysAreOpenToTheNamespacesAlone() throws Exception {
        List<HasMetadata> objects = rendered("--set", "namespaces={shop,kitsune}");

        assertThat(objects)
                .filteredOn(Role.class::isInstance)
                .extracting(role -> role.getMetadata().getNamespace() + "/"
                        + role.getMetadata().getName())
                .containsExactlyInAnyOrder(
                        "kitsune/kitsune",
                        "kitsune/kitsune-cleanup",
                        "kitsune/kitsune-secrets",
                        "shop/kitsune-secrets");
        assertThat(find(rendered("--set", "namespaces={shop}"), Role.class, "kitsune")
                        .getRules())
                .filteredOn(rule -> rule.getResources().contains("secrets")
                        && !rule.getVerbs().equals(List.of("create")))
                .extracting(PolicyRule::getResourceNames)
                .containsExactly(List.of("kitsune-ca"));
        NetworkPolicy policy = find(objects, NetworkPolicy.class, "kitsune");
        assertThat(policy.getSpec().getIngress().get(0).getFrom()).hasSize(2);
        assertThat(policy.getSpec()
                        .getIngress()
                        .get(0)
                        .getFrom()
                        .get(1)
                        .getNamespaceSelector()
                        .getMatchLabels())
                .isEqualTo(Map.of("kubernetes.io/metadata.name", "shop"));
    }

    /** Each pod has a node of its own, because Kitsune tells its Envoys apart by it. The rest is what the command prints. */
    /** {@code GatewayDrainIT} runs this file. */
    @Test
    void theHookOfGatewaysEndsConnectionsForTheTimeOfTheValue() throws Exception {
        String file = Files.readString(Helm.CHART.resolve("files/gateway-end.yaml"));
        assertThat(file).contains("fixed_delay: 15s").contains("port_value: 9901");

        for (int seconds : List.of(15, 40)) {
            PodSpec pod = find(
                            rendered("--set", "gateway.drainSeconds=" + seconds), Deployment.class, "kitsune-gateway")
                    .getSpec()
                    .getTemplate()
                    .getSpec();

            List<String> command = pod.getContainers()
                    .get(0)
                    .getLifecycle()
                    .getPreStop()
                    .getExec()
                    .getCommand();
            assertThat(command.subList(0, command.size() - 1))
                    .containsExactly(
                            "envoy",
                            "--disable-hot-restart",
                            "--concurrency",
                            "1",
                            "--log-level",
                            "error",
                            "--config-yaml");
            assertThat(command.get(command.size() - 1).strip())
                    .isEqualTo(file.replace("fixed_delay: 15s", "fixed_delay: " + seconds + "s")
                            .strip());
            assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(seconds + 15L);
        }
    }

    @Test
    void theGatewaysStartWithWhatBootstrapPrints() throws Exception {
        Deployment gateway = find(rendered("--set", "gateway.replicas=1"), Deployment.class, "kitsune-gateway");
        List<String> arguments =
                gateway.getSpec().getTemplate().getSpec().getContainers().get(0).getArgs();
        String bootstrap = arguments.get(arguments.indexOf("--config-yaml") + 1);

        assertThat(bootstrap).contains("$(POD_NAMESPACE)/$(POD_NAME)");
        assertThat(bootstrap.replace("$(POD_NAMESPACE)/$(POD_NAME)", "gateway:8080"))
                .isEqualTo(ChartTest.bootstrap())
                .doesNotContain("$(");
        assertThat(find(rendered("--set", "gateway.listenAddress=0.0.0.0"), Deployment.class, "kitsune-gateway")
                        .toString())
                .contains("listenAddress: \"0.0.0.0\"")
                .doesNotContain("\"::\"");
        Path log = folder.resolve("envoy");
        List<String> validate =
                new ArrayList<>(List.of(EnvoyBinary.find(System.err::println).toString(), "--mode", "validate"));
        Path mounted = mounted();
        arguments.forEach(argument -> validate.add(
                argument.replace("$(POD_NAMESPACE)/$(POD_NAME)", "a/b").replace(MOUNTED, mounted.toString())));
        try (ChildProcess envoy = ChildProcess.start(validate, log)) {
            envoy.awaitEnd(Duration.ofMinutes(1));
            assertThat(envoy.isAlive()).as("it runs").isFalse();
            assertThat(envoy.exitCode()).as(envoy.log()).isZero();
        }
    }

    @Test
    void certificatesOpenAPortForTlsAndARightToTheirSecretsAlone() throws Exception {
        List<HasMetadata> objects = rendered(
                "--set", "gateway.tls.secrets={shop-tls,preview-tls},gateway.service.tlsPort=8443,tokenKeys={keys}");

        assertThat(find(objects, Deployment.class, "kitsune-gateway").toString())
                .contains("listenPort: 8080\n      tlsPort: 8443\n");
        assertThat(find(objects, Service.class, "kitsune-gateway").getSpec().getPorts())
                .extracting(port -> port.getName() + " " + port.getPort())
                .containsExactly("http 80", "https 8443");
        assertThat(find(objects, Role.class, "kitsune").getRules())
                .filteredOn(rule -> rule.getVerbs().contains("watch"))
                .extracting(PolicyRule::getResourceNames)
                .containsExactly(List.of("keys", "shop-tls", "preview-tls"));
        assertThat(find(rendered(), Service.class, "kitsune-gateway").getSpec().getPorts())
                .hasSize(1);
    }

    /** Writes what is mounted in a gateway's pod: what the chart has, and what Kubernetes and Kitsune add to it. */
    private Path mounted() throws Exception {
        Path files = Files.createDirectory(folder.resolve("mounted"));
        for (Map.Entry<String, String> file :
                find(rendered(), ConfigMap.class, "kitsune-gateway").getData().entrySet()) {
            Files.writeString(files.resolve(file.getKey()), file.getValue().replace(MOUNTED, files.toString()));
        }
        Files.writeString(files.resolve("token"), "token");
        Files.writeString(
                files.resolve("ca.crt"),
                CertificateAuthority.create(InstantSource.system()).own().certificatePem());
        return files;
    }
}
