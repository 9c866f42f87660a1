package dev.kitsune.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Checks that the demo passes, and that it fails and names the row if something is broken. */
class DemoIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicReference<List<Long>> processes = new AtomicReference<>(List.of());

    @Test
    void passesAllChecksAndLeavesNothingBehind() {
        int code = demo(mesh -> {});

        assertThat(code).as(out.toString()).isZero();
        assertThat(out.toString())
                .containsSubsequence("main", "cart-fix", "summer-sale")
                .contains("ms after its file was written")
                .contains("the secret of cart-fix changed")
                .contains("the version of cart in summer-sale changed")
                .contains(" 0 of them were lost or wrong")
                .contains("main has the new cart")
                .contains("main has the old cart again")
                .contains("the answer names the version, and the file and line that chose it")
                .contains("All checks passed")
                .doesNotContain("account")
                .doesNotContain("\u001b[");
        assertThat(processes.get()).hasSize(5).allSatisfy(pid -> assertThat(
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                .isEmpty());
    }

    @Test
    void twoSwappedCredentialsMakeItFailAndAreNamed() {
        int code = demo(mesh -> {
            try {
                Path secrets = mesh.folder().root().resolve("secrets/payments");
                String main = Files.readString(secrets.resolve("main"));
                String fix = Files.readString(secrets.resolve("cart-fix"));
                mesh.folder().writeSecret("payments", "main", fix);
                mesh.folder().writeSecret("payments", "cart-fix", main);
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Visit.of(
                                mesh.send(Shop.visit(new VirtualEnvironmentName("main"))))
                        .credential()
                        .equals(Shop.CART_FIX.credential()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        assertThat(code).isEqualTo(1);
        assertThat(out.toString())
                .contains("main: credential is " + Shop.CART_FIX.credential())
                .contains("cart-fix: credential is " + Shop.MAIN.credential());
    }

    @Test
    void aKilledSidecarMakesItFailAndIsNamed() {
        int code = demo(mesh -> mesh.sidecar("cart-fixed").envoy().kill());

        assertThat(code).isEqualTo(1);
        assertThat(out.toString()).contains("cart-fix: cart is 503").contains("processes: ");
    }

    private int demo(Consumer<Mesh> beforehand) {
        Consumer<Mesh> noting = mesh ->
                processes.set(mesh.envoys().stream().map(envoy -> envoy.pid()).toList());
        return new CommandLine(new DemoCommand(noting.andThen(beforehand)))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("--once");
    }
}
