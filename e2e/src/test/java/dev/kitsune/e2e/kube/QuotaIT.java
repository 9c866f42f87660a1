package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ResourceQuota;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart limits how many objects a namespace has. */
class QuotaIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Opened opened = new Opened();

    @TempDir
    private Path folder;

    private ApiServer server;
    private ServedCluster shop;
    private ServedCluster other;

    @BeforeEach
    void install() throws Exception {
        server = opened.add(SharedApiServer.start(Files.createDirectory(folder.resolve("server"))));
        opened.add(SharedApiServer.controllers(server, folder.resolve("controllers")));
        shop = new ServedCluster(server, server.newNamespace("shop"));
        other = new ServedCluster(server, server.newNamespace("other"));
        Helm helm =
                new Helm(SharedApiServer.helm(), server.kubeconfig(), Files.createDirectory(folder.resolve("helm")));
        helm.run(
                "install",
                "kitsune",
                Helm.CHART.toString(),
                "--namespace",
                "kitsune",
                "--create-namespace",
                "--set",
                "namespaces={%s,%s}".formatted(shop.shop(), other.shop()),
                "--set",
                "quota.virtualEnvironments=2,quota.adapters=5");
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
    }

    private void create(ServedCluster in, String name) {
        in.virtualEnvironment(name, "{environment: dev}");
    }

    /** A new quota refuses everything until the controller has counted. */
    private void awaitCounted(ServedCluster in) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            ResourceQuota quota = server.client()
                    .resourceQuotas()
                    .inNamespace(in.shop())
                    .withName("kitsune")
                    .require();
            assertThat(quota.getStatus().getHard())
                    .containsOnlyKeys("count/virtualenvironments.kitsune.dev", "count/adapters.kitsune.dev");
            assertThat(quota.getStatus().getUsed()).containsKey("count/virtualenvironments.kitsune.dev");
        });
    }

    @Test
    void whatIsTooManyIsRefusedInThatNamespaceAlone() {
        awaitCounted(shop);
        awaitCounted(other);
        create(shop, "one");
        create(shop, "two");

        assertThatThrownBy(() -> create(shop, "three"))
                .hasMessageContaining("exceeded quota: kitsune")
                .hasMessageContaining("limited: count/virtualenvironments.kitsune.dev=2");
        create(other, "three");
        shop.virtualEnvironment("one", "{environment: dev, data: {variables: {greeting: Hi}}}");
        shop.deployment("shop-1", "f1");
        shop.virtualEnvironment("two").delete();
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            create(shop, "four");
            assertThat(shop.virtualEnvironment("four").get()).isNotNull();
        });
    }
}
