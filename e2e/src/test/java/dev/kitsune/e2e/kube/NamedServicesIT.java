package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.base.Splitter;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.dsl.ServiceResource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Names of components and adapters without a Service get one on a real API server, and Services of others stay. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamedServicesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private final Opened opened = new Opened();
    private ApiServer server;
    private ServedCluster cluster;

    @BeforeAll
    void startServer() throws Exception {
        server = ServedCluster.startServer(folder);
        server.installDefinitions();
    }

    @AfterAll
    void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void open() throws Exception {
        cluster = ServedCluster.on(server);
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
        cluster.clear();
    }

    private ServiceResource<Service> service(String name) {
        return server.client().services().inNamespace(cluster.shop()).withName(name);
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(assertion);
    }

    private void declare(int listen) {
        String objects = """
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: orders, namespace: SHOP}
                spec: {tcp: {address: "10.1.2.3:5432", listen: %d}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: mail, namespace: SHOP}
                spec: {http: {url: "https://mail.example.com"}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-1, namespace: SHOP}
                spec:
                  app: shop
                  components:
                    front: {version: f1}
                    cart: {version: c1}
                """.formatted(listen);
        for (String object : Splitter.on("---\n").split(objects)) {
            cluster.apply(object);
        }
    }

    @Test
    void aNameWithoutAServiceGetsOneAndThoseOfOthersStay() throws Exception {
        Service theirs = server.client()
                .services()
                .inNamespace(cluster.shop())
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("cart")
                        .endMetadata()
                        .withNewSpec()
                        .withSelector(Map.of("app", "cart"))
                        .addNewPort()
                        .withPort(8080)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        declare(15432);
        opened.add(cluster.replica("one"));

        eventually(() -> {
            assertThat(ports("front")).containsExactly(80);
            assertThat(ports("mail")).containsExactly(80);
            assertThat(ports("orders")).containsExactly(15432);
        });
        Service made = service("orders").get();
        assertThat(made.getSpec().getSelector()).isNullOrEmpty();
        assertThat(made.getMetadata().getLabels()).containsEntry("app.kubernetes.io/managed-by", "kitsune");
        assertThat(made.getSpec().getClusterIP()).isNotEmpty().isNotEqualTo("None");
        assertThat(service("cart").get().getMetadata().getResourceVersion())
                .isEqualTo(theirs.getMetadata().getResourceVersion());

        declare(15433);
        eventually(() -> assertThat(ports("orders")).containsExactly(15433));
        assertThat(service("orders").get().getSpec().getClusterIP())
                .isEqualTo(made.getSpec().getClusterIP());

        server.client()
                .genericKubernetesResources("kitsune.dev/v1alpha1", "Adapter")
                .inNamespace(cluster.shop())
                .withName("orders")
                .delete();
        eventually(() -> assertThat(service("orders").get()).isNull());
        assertThat(service("front").get()).isNotNull();

        // Another owner may take it away, and then the name has none again.
        service("cart").delete();
        eventually(() -> assertThat(ports("cart")).containsExactly(80));
    }

    private List<Integer> ports(String name) {
        Service service = service(name).get();
        return service == null
                ? List.of()
                : service.getSpec().getPorts().stream()
                        .map(ServicePort::getPort)
                        .toList();
    }
}
