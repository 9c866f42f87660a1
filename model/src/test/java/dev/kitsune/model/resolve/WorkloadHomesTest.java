package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.snapshot.ReleaseManifest.FrozenOverlay;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.SnapshotKey.NamedWorkloadsKey;
import dev.kitsune.model.snapshot.SnapshotKey.WorkloadsKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

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

    /** A Stable release serves an app deployment that was deleted, so its workloads go on. */
    @Test
    void aStableReleaseKeepsTheHomeOfItsApps() {
        ObjectKey main = new ObjectKey(Kind.VirtualEnvironment, "shop", "main");
        ObjectKey deployment = new ObjectKey(Kind.AppDeployment, "shop", "shop-main");
        PMap<ObjectKey, Manifest<?>> manifests = HashTreePMap.empty();
        for (String yaml : List.of(
                Shop.object("VirtualEnvironment", "shop", "main", "environment: prod"),
                workload("shop", "cart-1"),
                workload("other", "thief"))) {
            Manifest<?> manifest =
                    ManifestReader.read("a.yaml", yaml).manifests().get(0);
            manifests = manifests.plus(manifest.key(), manifest);
        }
        ReleaseManifest frozen = new ReleaseManifest(
                "prod",
                Map.of(),
                Map.of(deployment, new AppDeployment("shop", "1", Map.of())),
                Map.of(),
                new FrozenOverlay(Map.of(), Map.of(), Map.of(), Map.of()));
        Catalog live = new Catalog(manifests, HashTreePMap.empty(), true);
        Catalog released =
                live.withActive(new Catalog.Active(HashTreePMap.singleton(main, frozen), HashTreePMap.empty()));

        Resolution before = Resolver.resolve(new CatalogChange(live, manifests.keySet(), Set.of(), List.of()));
        assertThat(before.snapshot().workloads(CART)).isEmpty();

        Resolution after = Resolver.resolve(before, new CatalogChange(released, Set.of(main), Set.of(), List.of()));
        assertThat(after.snapshot().workloads(CART))
                .extracting(ResolvedWorkload::name)
                .containsExactly("cart-1");

        Resolution ended = Resolver.resolve(after, new CatalogChange(live, Set.of(main), Set.of(), List.of()));
        assertThat(ended.snapshot().workloads(CART)).isEmpty();
    }
}
