package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.ChoicesKey;
import dev.kitsune.model.snapshot.SnapshotKey.ChosenAtKey;
import dev.kitsune.model.snapshot.SnapshotKey.DeclarationKey;
import dev.kitsune.model.snapshot.SnapshotKey.DeploymentsKey;
import dev.kitsune.model.snapshot.SnapshotKey.NamedWorkloadsKey;
import dev.kitsune.model.snapshot.SnapshotKey.PlatformKey;
import dev.kitsune.model.snapshot.SnapshotKey.ReleasedKey;
import dev.kitsune.model.snapshot.SnapshotKey.RuleInputsKey;
import dev.kitsune.model.snapshot.SnapshotKey.SecretKey;
import dev.kitsune.model.snapshot.SnapshotKey.StableKey;
import dev.kitsune.model.snapshot.SnapshotKey.VirtualEnvironmentKey;
import dev.kitsune.model.snapshot.SnapshotKey.WorkloadsKey;
import org.junit.jupiter.api.Test;

/** Checks which objects one change affects. */
class ChangeTest {
    private static final ComponentVersion C2 = new ComponentVersion("shop", "cart", "c2");
    private static final ChoicesKey CARTS = new ChoicesKey(new ComponentName("shop", "cart"));
    private static final ChoicesKey FRONTENDS = new ChoicesKey(new ComponentName("shop", "frontend"));

    private final Mesh mesh = Shop.mesh()
            .file("b.yaml", Shop.virtualEnvironment("b", "parent: main"))
            .file("c.yaml", Shop.virtualEnvironment("c", "parent: main, data: {variables: {greeting: Hey}}"))
            .resolve();

    private void changes(int resolved, SnapshotKey<?>... keys) {
        mesh.resolve();
        assertThat(mesh.resolution().changed()).containsExactlyInAnyOrder(keys);
        assertThat(mesh.resolution().resolvedVirtualEnvironments()).isEqualTo(resolved);
    }

    @Test
    void aChangeOfOneVirtualEnvironmentAffectsOnlyIt() {
        ResolvedVirtualEnvironment b = mesh.virtualEnvironment("b");
        mesh.file("c.yaml", Shop.virtualEnvironment("c", "parent: main, data: {variables: {greeting: Ho}}"));
        changes(1, key("c"));
        assertThat(mesh.virtualEnvironment("b")).isSameAs(b);
    }

    @Test
    void aChangeOfAParentAffectsItsChildren() {
        mesh.file("base.yaml", Shop.ENVIRONMENT.replace("Hello", "Hi"), Shop.DEPLOYMENT, Shop.ADAPTER, Shop.MAIN);
        // c is resolved again, but it does not change, because it has a greeting of its own.
        changes(3, key("main"), key("b"));
    }

    @Test
    void anExpiryAffectsOnlyItsVirtualEnvironment() {
        mesh.file("d.yaml", Shop.virtualEnvironment("d", "parent: b, components: {cart: c3}"))
                .resolve();
        ResolvedVirtualEnvironment child = mesh.virtualEnvironment("d");
        ResolvedVirtualEnvironment before = mesh.virtualEnvironment("b");

        mesh.expire("b");
        changes(1, key("b"), CARTS, FRONTENDS);

        assertThat(mesh.virtualEnvironment("b").components()).isEmpty();
        assertThat(mesh.virtualEnvironment("b").routes()).isEmpty();
        assertThat(mesh.virtualEnvironment("b").apps()).isEmpty();
        assertThat(mesh.virtualEnvironment("d")).isSameAs(child);
        assertThat(mesh.errors()).anyMatch(p -> p.startsWith("b.yaml:4:") && p.contains("no request used it for 72h"));

        mesh.expire("main");
        changes(1, key("main"), CARTS, FRONTENDS, new ReleasedKey());
        assertThat(mesh.virtualEnvironment("d")).isSameAs(child);

        mesh.revive("b").revive("main");
        changes(2, key("b"), key("main"), CARTS, FRONTENDS, new ReleasedKey());
        assertThat(mesh.virtualEnvironment("b")).isEqualTo(before);
    }

    @Test
    void anExpiryEndsTheMirrorsToTheVirtualEnvironment() {
        mesh.file("b.yaml", Shop.virtualEnvironment("b", "parent: main, mirror: [{component: cart, to: c}]"))
                .resolve();
        mesh.expire("c");
        changes(2, key("b"), key("c"), CARTS, FRONTENDS);
        assertThat(mesh.virtualEnvironment("b").mirrors()).isEmpty();
        assertThat(mesh.virtualEnvironment("b").problems()).isEmpty();
        mesh.revive("c");
        changes(2, key("b"), key("c"), CARTS, FRONTENDS);
        assertThat(mesh.virtualEnvironment("b").mirrors()).isNotEmpty();
    }

    @Test
    void aChangeOfAMirrorsTargetAffectsItsSource() {
        mesh.file("b.yaml", Shop.virtualEnvironment("b", "parent: main, mirror: [{component: cart, to: c}]"));
        changes(1, key("b"));
        ComponentName cart = new ComponentName("shop", "cart");
        assertThat(mesh.virtualEnvironment("b").mirrors()).containsOnlyKeys(cart);
        mesh.file("c.yaml", Shop.virtualEnvironment("c", "parent: main, components: {cart: c2}"));
        changes(2, key("b"), key("c"), CARTS, new DeclarationKey(C2), new ChosenAtKey(C2));
        assertThat(mesh.virtualEnvironment("b").mirrors().get(cart))
                .singleElement()
                .satisfies(mirror -> assertThat(mirror.version().version()).isEqualTo("c2"));
        mesh.delete("c.yaml");
        mesh.resolve();
        assertThat(mesh.virtualEnvironment("b").mirrors()).isEmpty();
        assertThat(mesh.problems()).anySatisfy(p -> assertThat(p).contains("there is no virtual environment c"));
    }

    @Test
    void aChangeOfASecretsBytesResolvesNoVirtualEnvironment() {
        mesh.secret("", "stripe", "token", "sk_2");
        changes(0, new SecretKey(new SecretId("", "stripe")));
    }

    @Test
    void aNewOrMissingSecretAffectsItsUsers() {
        mesh.withoutSecret("", "stripe");
        changes(3, new SecretKey(new SecretId("", "stripe")), key("main"), key("b"), key("c"));
        mesh.secret("", "unused", "token", "1");
        changes(0, new SecretKey(new SecretId("", "unused")));
    }

    @Test
    void aChangeOfAnUnreleasedAppDeploymentAffectsOnlyTheList() {
        String next = Shop.DEPLOYMENT.replace("shop-main", "shop-next");
        mesh.file("next.yaml", next);
        changes(0, new DeploymentsKey("shop"));
        mesh.file("next.yaml", next.replace("subPath}}", "shards}}"));
        changes(0, new DeploymentsKey("shop"), new RuleInputsKey("shop"));
    }

    @Test
    void anEnvironmentThatBecomesStableAffectsItsReaders() {
        mesh.file(
                "base.yaml",
                Shop.ENVIRONMENT.replace("spec:\n", "spec:\n  releasePolicy: {type: Stable}\n"),
                Shop.DEPLOYMENT,
                Shop.ADAPTER,
                Shop.MAIN);
        mesh.resolve();
        assertThat(mesh.resolution().changed()).contains(new StableKey("dev"));
    }

    @Test
    void aChangeOfPositionsInAFileAffectsNothing() {
        mesh.file("c.yaml", "\n\n", Shop.virtualEnvironment("c", "parent: main, data: {variables: {greeting: Hey}}"));
        changes(0);
    }

    @Test
    void aNewWorkloadAffectsItsVersionAndResolvesTheWarning() {
        assertThat(mesh.problems()).anySatisfy(p -> assertThat(p).contains("shop/cart@c1"));
        mesh.file(
                "w.yaml",
                Shop.object(
                        "Workload",
                        "shop",
                        "w",
                        "app: shop, component: cart, version: c1, endpoints: [{address: 127.0.0.1, port: 1}]"));
        ComponentVersion version = new ComponentVersion("shop", "cart", "c1");
        changes(0, new WorkloadsKey(version), new NamedWorkloadsKey(version, "w"));
        assertThat(mesh.problems()).noneSatisfy(p -> assertThat(p).contains("shop/cart@c1"));
    }

    @Test
    void anOverrideAddsItsDeclaration() {
        mesh.file("c.yaml", Shop.virtualEnvironment("c", "parent: main, components: {cart: c2}"));
        changes(1, key("c"), CARTS, new DeclarationKey(C2), new ChosenAtKey(C2));
        assertThat(mesh.snapshot().chosenAt(C2)).containsExactly(new VirtualEnvironmentName("c"));
        mesh.delete("c.yaml");
        changes(0, key("c"), CARTS, FRONTENDS, new DeclarationKey(C2), new ChosenAtKey(C2));
        assertThat(mesh.snapshot().virtualEnvironment(new VirtualEnvironmentName("c")))
                .isNull();
    }

    @Test
    void aChangeOfThePlatformAffectsItsReaders() {
        mesh.file("p.yaml", Shop.object("Platform", "", "kitsune", "defaultVirtualEnvironment: main"));
        changes(0, new PlatformKey());
        assertThat(mesh.snapshot().platform().defaultVirtualEnvironment())
                .isEqualTo(new VirtualEnvironmentName("main"));
    }

    @Test
    void aChangeOfAReleaseAffectsItsReaders() {
        mesh.file(
                "b.yaml",
                Shop.virtualEnvironment("b", "parent: main, release: {apps: {shop: {appDeployment: shop-main}}}"));
        changes(
                1,
                key("b"),
                new ReleasedKey(),
                new ChosenAtKey(new ComponentVersion("shop", "cart", "c1")),
                new ChosenAtKey(new ComponentVersion("shop", "frontend", "f1")));
        assertThat(mesh.snapshot().released())
                .containsOnlyKeys(new VirtualEnvironmentName("b"), new VirtualEnvironmentName("main"));
    }

    @Test
    void anObjectThatWasMissingAffectsItsUsersWhenItIsAdded() {
        mesh.file("d.yaml", Shop.virtualEnvironment("d", "parent: late"));
        changes(0);
        mesh.file("e.yaml", Shop.virtualEnvironment("late", "parent: main"));
        changes(2, key("d"), key("late"), CARTS, FRONTENDS);
        assertThat(mesh.errors()).isEmpty();
    }

    @Test
    void aBrokenObjectKeepsItsLastGoodVersionAndItsChildren() {
        mesh.file("d.yaml", Shop.virtualEnvironment("d", "parent: c"));
        mesh.resolve();
        mesh.file("c.yaml", Shop.virtualEnvironment("c", "parent: d, data: {variables: {greeting: Lost}}"));
        mesh.resolve();
        assertThat(mesh.virtualEnvironment("c").parent()).isEqualTo(new VirtualEnvironmentName("main"));
        assertThat(mesh.virtualEnvironment("d").parent()).isEqualTo(new VirtualEnvironmentName("c"));
        assertThat(mesh.errors()).hasSize(2).allSatisfy(p -> assertThat(p).contains("ParentCycle", "c -> d -> c"));

        mesh.file("d.yaml", Shop.virtualEnvironment("d", "parent: main"));
        mesh.resolve();
        assertThat(mesh.errors()).isEmpty();
        assertThat(mesh.virtualEnvironment("c").parent()).isEqualTo(new VirtualEnvironmentName("d"));

        mesh.file("c.yaml", Shop.virtualEnvironment("c", "parent: nowhere"));
        mesh.resolve();
        assertThat(mesh.errors()).singleElement().satisfies(p -> assertThat(p).contains("MissingParent"));
        assertThat(mesh.virtualEnvironment("c").parent()).isEqualTo(new VirtualEnvironmentName("d"));
        mesh.delete("c.yaml");
        changes(0, key("c"), CARTS, FRONTENDS);
    }

    @Test
    void theServedObjectStaysFirst() {
        mesh.file("a.yaml", Shop.object("AppDeployment", "other", "s", "app: shop, components: {cart: {version: z}}"));
        mesh.resolve();
        assertThat(mesh.errors()).singleElement().satisfies(p -> assertThat(p).contains("a.yaml", "AppConflict"));
        assertThat(mesh.version("main", "shop", "cart")).isEqualTo("c1");

        mesh.file("a.yaml", Shop.object("AppDeployment", "shop", "s", "app: shop, components: {cart: {version: c1}}"));
        mesh.resolve();
        assertThat(mesh.errors()).singleElement().satisfies(p -> assertThat(p)
                .contains("a.yaml", "ComponentVersionConflict"));
    }

    private static VirtualEnvironmentKey key(String name) {
        return new VirtualEnvironmentKey(new VirtualEnvironmentName(name));
    }
}
