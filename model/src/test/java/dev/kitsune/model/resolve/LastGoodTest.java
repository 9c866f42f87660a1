package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import org.junit.jupiter.api.Test;

/** The last good version of an invalid object is served, also by a process that starts later. */
class LastGoodTest {
    private static String greeting(Mesh mesh, String virtualEnvironment) {
        return String.valueOf(mesh.virtualEnvironment(virtualEnvironment)
                .overlay()
                .variables()
                .get("greeting"));
    }

    /** A process that already runs and one that starts now serve the same. */
    private static void assertAnyProcessServesTheSame(Mesh mesh) {
        assertThat(mesh.snapshot()).isEqualTo(mesh.fresh().snapshot());
        assertThat(mesh.resolution().problems()).isEqualTo(mesh.fresh().problems());
    }

    private final Mesh mesh = Shop.mesh()
            .file("b.yaml", Shop.virtualEnvironment("b", "parent: main, data: {variables: {greeting: One}}"))
            .resolve();

    @Test
    void theVersionBeforeTheErrorIsServed() {
        mesh.file("b.yaml", Shop.virtualEnvironment("b", "parent: nobody, data: {variables: {greeting: Two}}"))
                .resolve();

        assertThat(greeting(mesh, "b")).contains("One");
        assertThat(mesh.errors()).anyMatch(problem -> problem.contains("nobody"));
        assertAnyProcessServesTheSame(mesh);
    }

    @Test
    void itIsServedWithItsCurrentParent() {
        mesh.file("b.yaml", Shop.virtualEnvironment("b", "parent: nobody")).resolve();
        mesh.file(
                        "base.yaml",
                        Shop.ENVIRONMENT.replace("Hello", "Hi"),
                        Shop.DEPLOYMENT,
                        Shop.ADAPTER,
                        Shop.virtualEnvironment("main", "environment: dev, data: {variables: {other: Now}}"))
                .resolve();

        assertThat(mesh.virtualEnvironment("b").overlay().variables()).containsKey("other");
        assertAnyProcessServesTheSame(mesh);
    }

    /** The parent becomes the child of its own child, but the child's last good version still has it as parent. */
    @Test
    void aCycleOfLastGoodVersionsIsServedAsBefore() {
        mesh.file("a.yaml", Shop.virtualEnvironment("a", "environment: dev, data: {variables: {greeting: Root}}"))
                .file("b.yaml", Shop.virtualEnvironment("b", "parent: a"))
                .resolve();

        mesh.file("a.yaml", Shop.virtualEnvironment("a", "parent: b, data: {variables: {greeting: Child}}"))
                .file("b.yaml", Shop.virtualEnvironment("b", "environment: nowhere"))
                .resolve();

        assertThat(greeting(mesh, "a")).contains("Root");
        assertThat(greeting(mesh, "b")).contains("Root");
        assertThat(mesh.errors())
                .anyMatch(
                        problem -> problem.startsWith("a.yaml:") && problem.contains("is an ancestor of its parent b"))
                .anyMatch(problem -> problem.startsWith("b.yaml:") && problem.contains("nowhere"));
        assertAnyProcessServesTheSame(mesh);

        mesh.resolve();
        assertThat(greeting(mesh, "b")).as("after resolving again").contains("Root");

        mesh.file("b.yaml", Shop.virtualEnvironment("b", "environment: dev")).resolve();
        assertThat(greeting(mesh, "a")).as("after the error is corrected").contains("Child");
        assertAnyProcessServesTheSame(mesh);
    }

    @Test
    void aDeletedObjectHasNoLastGoodVersion() {
        mesh.delete("b.yaml").resolve();
        mesh.file("b.yaml", Shop.virtualEnvironment("b", "parent: nobody")).resolve();

        assertThat(mesh.snapshot().virtualEnvironment(new VirtualEnvironmentName("b")))
                .isNull();
        assertAnyProcessServesTheSame(mesh);
    }

    @Test
    void movingAnObjectIsNoNewVersion() {
        assertThat(mesh.lastGoodChangedBy(
                        "b.yaml",
                        "# A comment above it.",
                        Shop.virtualEnvironment("b", "parent: main, data: {variables: {greeting: One}}")))
                .isEmpty();
    }

    private static String deployment(String... components) {
        StringBuilder all = new StringBuilder();
        for (String component : components) {
            all.append(component).append(": {version: v1, routes: [{rule: 'Host(`a`)'}]}, ");
        }
        return Shop.object("AppDeployment", "twins", "twins", "app: twins, components: {" + all + "}");
    }

    @Test
    void theOlderOfTwoEqualRulesStaysInForce() {
        String virtualEnvironment = Shop.object(
                "VirtualEnvironment",
                "twins",
                "t",
                "environment: dev, release: {apps: {twins: {appDeployment: twins}}}");
        mesh.file("twins.yaml", deployment("younger"), virtualEnvironment).resolve();

        mesh.file("twins.yaml", deployment("elder", "younger"), virtualEnvironment)
                .resolve();

        assertThat(mesh.virtualEnvironment("t").routes()).singleElement().satisfies(route -> assertThat(
                        route.target().name().component())
                .isEqualTo("younger"));
        assertThat(mesh.errors()).anyMatch(problem -> problem.contains("twins/elder has the same rule"));
        assertAnyProcessServesTheSame(mesh);
        mesh.resolve();
        assertThat(mesh.virtualEnvironment("t").routes()).singleElement().satisfies(route -> assertThat(
                        route.target().name().component())
                .isEqualTo("younger"));
    }
}
