package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerIT {
    @TempDir
    Path folder;

    @Test
    void itKeepsItsObjectsAndItsAddressWhenItIsKilledAndStartedAgain() throws Exception {
        try (ApiServer server = ApiServer.start(SharedApiServer.programs(), folder)) {
            String namespace = server.newNamespace("kept");
            ConfigMap kept = new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName("kept")
                    .withNamespace(namespace)
                    .endMetadata()
                    .addToData("key", "value")
                    .build();
            server.client().resource(kept).create();

            server.kill();
            Config once = new ConfigBuilder(server.config())
                    .withRequestRetryBackoffLimit(0)
                    .build();
            try (KubernetesClient cut =
                    new KubernetesClientBuilder().withConfig(once).build()) {
                assertThatThrownBy(() -> cut.resource(kept).get()).isInstanceOf(KubernetesClientException.class);
            }
            server.startAgain();

            assertThat(server.client().resource(kept).get().getData()).containsEntry("key", "value");
        }
    }

    @Test
    void itsKubeconfigIsAnAdministrators() throws Exception {
        try (ApiServer server = ApiServer.start(SharedApiServer.programs(), folder)) {
            Config read = Config.fromKubeconfig(server.kubeconfig().toFile());
            try (KubernetesClient client =
                    new KubernetesClientBuilder().withConfig(read).build()) {
                assertThat(client.namespaces().list().getItems())
                        .extracting(namespace -> namespace.getMetadata().getName())
                        .contains("default");
            }
        }
    }

    @Test
    void itAuthorizesByRoles() throws Exception {
        try (ApiServer server = ApiServer.start(SharedApiServer.programs(), folder)) {
            Config nobody = new ConfigBuilder(server.config())
                    .withImpersonateUsername("nobody")
                    .build();
            try (KubernetesClient client =
                    new KubernetesClientBuilder().withConfig(nobody).build()) {
                assertThatThrownBy(() -> client.secrets().inNamespace("default").list())
                        .hasMessageContaining("User \"nobody\" cannot list resource \"secrets\"");
            }
        }
    }
}
