package dev.kitsune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.process.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds the image of the container that sets the rules of capture from what this machine has. */
class CaptureImageIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @Test
    void itHoldsAShellAndIptables() throws Exception {
        Assumptions.assumeTrue(
                Stream.of("/usr/sbin", "/sbin").map(Path::of).anyMatch(CaptureImageIT::hasIptables),
                "no image: this machine has no iptables for nf_tables");
        Path archive = folder.resolve("capture.tar");
        Path log = folder.resolve("log");
        try (ChildProcess build = ChildProcess.start(
                List.of(
                        Repository.root().resolve("kitsune-image").toString(),
                        "--capture",
                        "--tar",
                        archive.toString()),
                log)) {
            build.awaitEnd(PATIENCE);
            assertThat(build.isAlive()).as("it builds").isFalse();
            assertThat(build.exitCode()).as(build.log()).isZero();
        }

        BuiltImage image = BuiltImage.unpack(archive, folder);

        assertThat(image.executable())
                .contains(
                        "bin/sh",
                        "usr/sbin/iptables",
                        "usr/sbin/iptables-restore",
                        "usr/sbin/ip6tables",
                        "usr/sbin/ip6tables-restore");
        assertThat(image.config().get("Entrypoint"))
                .extracting(JsonNode::asText)
                .containsExactly("/bin/sh");
        assertThat(image.config().get("Env").get(0).asText()).isEqualTo("PATH=/usr/sbin:/bin");
        try (Stream<Path> files = Files.walk(image.root())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("libxt_owner.so", "libc.so.6")
                    .doesNotContain("java");
        }
    }

    private static boolean hasIptables(Path place) {
        return Files.isExecutable(place.resolve("xtables-nft-multi"));
    }
}
