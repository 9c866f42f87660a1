package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.input.FolderInput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about a folder use the active release, and not the newer one in the files that waits. */
class KeptStateTest {
    @TempDir
    Path temp;

    private Path dir;
    private Path state;

    /**
     * Creates a folder whose second release waits for its app deployment, with the state of a server that has ended.
     */
    @BeforeEach
    void serveAndRequestAReleaseThatWaits() throws Exception {
        dir = Files.createDirectory(temp.resolve("envs"));
        state = temp.resolve("state");
        Files.createDirectories(dir.resolve("secrets/pins"));
        Files.writeString(dir.resolve("secrets/pins/dev"), "a-secret-value");
        Path file = Files.writeString(dir.resolve("shop.yaml"), ExplainCommandTest.SHOP);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (ControlPlane control =
                ControlPlane.start(new FolderInput(dir, state, false), new ControlPlane.Listening(any, any, null))) {
            Files.writeString(
                    file, ExplainCommandTest.SHOP.replace("{appDeployment: shop-main}", "{appDeployment: shop-next}"));
            Awaitility.await()
                    .until(() -> control.state()
                                    .releases()
                                    .getOrDefault(new VirtualEnvironmentName("main"), ReleaseStatus.NONE)
                                    .pending()
                            != null);
        }
    }

    private Run run(List<String> command, String... more) {
        return Run.of(Stream.of(command, List.of("--dir", dir.toString()), List.of(more))
                .flatMap(List::stream)
                .toArray(String[]::new));
    }

    private Run inForce(String... command) {
        return run(List.of(command), "--state", state.toString());
    }

    @Test
    void explainUsesTheActiveReleaseAndSaysWhyTheOtherWaits() {
        Run run = inForce("explain", "--env", "fix", "--url", "http://shop.localhost/");
        assertThat(run.out())
                .contains("overlay              VirtualEnvironment/shop/fix > VirtualEnvironment/shop/main"
                        + " (release 1 is active, release 2 waits: ")
                .contains("shop-next")
                .endsWith("=> shop/front@f1\n");
    }

    @Test
    void withoutTheStateEachReleaseIsTriedForTheFirstTime() {
        Run run = run(List.of("explain", "--env", "fix", "--url", "http://shop.localhost/"));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("(no release is active, release 1 waits: ", "=> 404 by Kitsune");
    }

    @Test
    void usageDiffAndTranslateUseTheActiveRelease() throws IOException {
        assertThat(inForce("usage").out()).contains("shop/front@f1  1          2: fix, main");
        assertThat(run(List.of("usage")).out()).doesNotContain("2: fix, main");

        assertThat(inForce("diff", "main", "fix").out())
                .contains("-  component shop/cart  c1", "+  component shop/cart  c2");
        assertThat(run(List.of("diff", "main", "fix")).out()).doesNotContain("c1");

        String[] translate = {"translate", "--role", "gateway", "--listen-port", "1000", "--type", "clusters"};
        assertThat(inForce(translate).out()).contains("component/dev/shop/front@f1");
        assertThat(run(List.of(translate)).out()).doesNotContain("front@f1");
        // The commands only read the state.
        assertThat(dir.resolve(".kitsune")).doesNotExist();
    }
}
