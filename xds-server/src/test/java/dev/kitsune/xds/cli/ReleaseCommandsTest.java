package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.ControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the commands of the page about releases while a control plane serves the same folder. */
class ReleaseCommandsTest {
    private static final String FILES = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-one}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-one}
            spec: {app: shop, components: {cart: {version: c1}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-two}
            spec: {app: shop, components: {cart: {version: c2}}}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("envs.yaml"), FILES);
    }

    private Run run(String command) {
        return Run.of((command + " --dir " + folder).split(" "));
    }

    private ControlPlane serve() throws ControlPlane.StartException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return ControlPlane.start(folder, any, any);
    }

    @Test
    void releaseHistoryAndRollback() throws Exception {
        try (ControlPlane control = serve()) {
            assertThat(control.state().releases()).containsOnlyKeys(new VirtualEnvironmentName("main"));

            Run release = run("release main --app shop=shop-two --wait");
            assertThat(release.exitCode()).as(release.err()).isZero();
            assertThat(release.err()).contains("release 2 is active");

            assertThat(run("history main").out().lines())
                    .hasSize(3)
                    .satisfies(l -> assertThat(l.get(1)).startsWith("main").contains("Active", "shop=shop-two"));

            assertThat(run("explain --env main --url http://shop.localhost/").out())
                    .contains("main (release 2 is active)");

            Run rollback = run("rollback main --wait");
            assertThat(rollback.exitCode()).as(rollback.err()).isZero();
            assertThat(run("history -o json").out())
                    .contains("\"state\" : \"RolledBack\"", "\"by\" : \"Rollback\"", "shop-one");
            assertThat(run("rollback main --to 9").exitCode()).isEqualTo(1);
        }
        assertThat(folder.resolve("envs.yaml")).hasContent(FILES);
    }

    @Test
    void aRequestWaitsForTheNextServe() throws Exception {
        assertThat(run("release main --app shop=shop-two").exitCode()).isZero();
        try (ControlPlane control = serve()) {
            var active = Objects.requireNonNull(
                    Objects.requireNonNull(control.state().releases().get(new VirtualEnvironmentName("main")))
                            .active());
            assertThat(active.wanted().apps().toString()).contains("shop-two");
        }
    }

    @Test
    void unknownNamesAreAnsweredWithSuggestions() {
        assertThat(run("release mian").err()).contains("did you mean \"main\"");
        assertThat(run("release mian").exitCode()).isEqualTo(2);
        assertThat(run("release main --app shop=shop-tow").err()).contains("did you mean \"shop-two\"");
        assertThat(run("rollback main").err()).contains("no earlier release");
        assertThat(run("history main").out()).startsWith("ENVIRONMENT");
    }
}
