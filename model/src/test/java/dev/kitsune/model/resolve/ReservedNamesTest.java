package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import org.junit.jupiter.api.Test;

/** The Platform's reserved names go to one namespace, however old the virtual environments of others are. */
class ReservedNamesTest {
    private final Mesh mesh = Mesh.ofFolder()
            .file("dev.yaml", Shop.object("Environment", "", "dev", ""))
            .file("old.yaml", main("guest", "Guest"))
            .resolve();

    private static String main(String namespace, String greeting) {
        return Shop.object(
                "VirtualEnvironment",
                namespace,
                "main",
                "environment: dev, data: {variables: {greeting: " + greeting + "}}");
    }

    private static String reserved(String names) {
        return Shop.object("Platform", "", "kitsune", "reservedNames: {" + names + "}");
    }

    /** Returns the greeting of the virtual environment that requests for {@code main} get. */
    private String greeting() {
        assertThat(mesh.snapshot()).isEqualTo(mesh.fresh().snapshot());
        assertThat(mesh.resolution().problems()).isEqualTo(mesh.fresh().problems());
        var served = mesh.snapshot().virtualEnvironment(new VirtualEnvironmentName("main"));
        return served == null
                ? "nobody"
                : String.valueOf(served.overlay().variables().get("greeting"));
    }

    @Test
    void theNamespaceWithTheRightHasTheNameHoweverOldOthersAre() {
        mesh.file("new.yaml", main("shop", "Shop")).resolve();
        assertThat(greeting()).contains("Guest");

        mesh.file("platform.yaml", reserved("main: shop")).resolve();

        assertThat(greeting()).contains("Shop");
        assertThat(mesh.errors())
                .singleElement()
                .asString()
                .startsWith("old.yaml:3:")
                .contains("NameNotAllowed", "only namespace shop may have a virtual environment main");

        mesh.file("platform.yaml", reserved("")).resolve();
        assertThat(greeting()).contains("Guest");
        assertThat(mesh.errors())
                .singleElement()
                .asString()
                .startsWith("new.yaml")
                .contains("DuplicateName");
    }

    @Test
    void nobodyHasAReservedNameInTheMeantime() {
        mesh.file("platform.yaml", reserved("main: shop")).resolve();
        assertThat(greeting()).isEqualTo("nobody");

        mesh.file("child.yaml", Shop.virtualEnvironment("child", "parent: main"))
                .resolve();
        assertThat(mesh.errors()).anyMatch(p -> p.startsWith("child.yaml") && p.contains("MissingParent"));

        mesh.file("new.yaml", main("shop", "Shop")).resolve();
        assertThat(greeting()).contains("Shop");
        assertThat(mesh.errors()).singleElement().asString().contains("NameNotAllowed");

        mesh.delete("platform.yaml").resolve();
        assertThat(greeting()).contains("Guest");
    }

    @Test
    void theMessageNamesTheNamespaceThatHasTheRightNow() {
        mesh.file("platform.yaml", reserved("main: shop")).resolve();

        mesh.file("platform.yaml", reserved("main: ops")).resolve();

        assertThat(mesh.errors()).singleElement().asString().contains("only namespace ops may have");
        assertThat(greeting()).isEqualTo("nobody");
    }

    @Test
    void otherNamesAreNotAffected() {
        mesh.file("other.yaml", Shop.virtualEnvironment("other", "environment: dev"))
                .resolve();

        mesh.file("platform.yaml", reserved("main: shop")).resolve();

        assertThat(mesh.resolution().resolvedVirtualEnvironments()).isZero();
        assertThat(mesh.virtualEnvironment("other").environment()).isEqualTo("dev");
    }

    /** Of two Platforms, only the one in force counts. */
    @Test
    void aSecondPlatformReservesNothing() {
        mesh.file("a.yaml", Shop.object("Platform", "", "first", "")).resolve();

        mesh.file("platform.yaml", reserved("main: shop")).resolve();

        assertThat(greeting()).contains("Guest");
    }
}
