package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.process.ChildProcess;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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

    /** Its own namespace is among them as well, and gets its Role only once. */
    @Test
    void secretsAndThePortForEnvoysAreOpenToTheNamespacesAlone() throws Exception {
        List<HasMetadata> objects = rendered("--set", "namespaces={shop,kitsune}");

        assertThat(objects)
                .filteredOn(Role.class::isInstance)
                .extracting(role -> role.getMetadata().getNamespace())
                .containsExactlyInAnyOrder("kitsune", "shop");
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
        Path log = folder.resolve("envoy");
        List<String> validate =
                new ArrayList<>(List.of(EnvoyBinary.find(System.err::println).toString(), "--mode", "validate"));
        arguments.forEach(argument -> validate.add(argument.replace("$(POD_NAMESPACE)/$(POD_NAME)", "a/b")));
        try (ChildProcess envoy = ChildProcess.start(validate, log)) {
            envoy.awaitEnd(Duration.ofMinutes(1));
            assertThat(envoy.isAlive()).as("it runs").isFalse();
            assertThat(envoy.exitCode()).as(envoy.log()).isZero();
        }
    }
}
