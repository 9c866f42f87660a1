package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.SnapshotKey.NamedWorkloadsKey;
import dev.kitsune.model.snapshot.SnapshotKey.WorkloadsKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A workload counts for its app where the app lives, because everyone can write labels in a namespace of their own. */
class WorkloadHomesTest {
    private static final ComponentVersion CART = new ComponentVersion("shop", "cart", "c1");

    private static String workload(String namespace, String name) {
        return Shop.object(
                "Workload",
                namespace,
                name,
                "app: shop, component: cart, version: c1, endpoints: [{address: 127.0.0.1, port: 1}]");
    }

    private static String deployment(String namespace) {
        return Shop.object("AppDeployment", namespace, "shop-main", "app: shop, components: {cart: {version: c1}}");
    }

    private static List<String> serving(Mesh mesh) {
        return mesh.snapshot().workloads(CART).stream()
                .map(ResolvedWorkload::name)
                .toList();
    }

    @Test
    void aWorkloadOfAnotherNamespaceDoesNotCountInACluster() {
        Mesh mesh = Mesh.ofKubernetes()
                .file("a.yaml", deployment("shop"))
                .file("b.yaml", workload("shop", "cart-1"), workload("other", "thief"))
                .resolve();

        assertThat(serving(mesh)).containsExactly("cart-1");
    }

    @Test
    void inAFolderEveryWorkloadCounts() {
        Mesh mesh = Mesh.ofFolder()
                .file("a.yaml", deployment("shop"))
                .file("b.yaml", workload("shop", "cart-1"), workload("other", "cart-2"))
                .resolve();

        assertThat(serving(mesh)).containsExactly("cart-1", "cart-2");
    }

    @Test
    void theFirstAppDeploymentDecidesWhereAnAppLives() {
        Mesh mesh = Mesh.ofKubernetes()
                .file("b.yaml", workload("shop", "cart-1"), workload("other", "cart-2"))
                .resolve();
        assertThat(serving(mesh)).isEmpty();

        mesh.file("c.yaml", deployment("other")).resolve();
        assertThat(serving(mesh)).containsExactly("cart-2");
        assertThat(mesh.resolution().changed()).contains(new WorkloadsKey(CART), new NamedWorkloadsKey(CART, "cart-2"));

        mesh.file("a.yaml", deployment("shop")).resolve();
        assertThat(serving(mesh)).containsExactly("cart-2");

        mesh.delete("c.yaml").resolve();
        assertThat(serving(mesh)).containsExactly("cart-1");
    }
}
