package dev.kitsune.e2e.node;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.process.GoProgram;
import dev.kitsune.e2e.process.Repository;
import dev.kitsune.e2e.process.UnobtainableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The images of the tests, all from what this machine has. That of capture has the name that the chart expects. */
final class NodeImages {
    /** The program of {@code e2e/node-app}, which is the only file in it. */
    static final String APP = "kitsune.test/node-app:1";

    static final String ENVOY = "kitsune.test/envoy:1";

    static final String PAUSE = "kitsune.test/pause:1";

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int DIGITS = 12;

    /** Where the Debian that Envoy's image is made from keeps the authorities, and where most other systems do. */
    private static final String AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

    private NodeImages() {}

    /** Writes the images into a folder, and returns their files. */
    static List<Path> build(Path folder) throws IOException, InterruptedException {
        Path app = app();
        LocalImage envoy = new LocalImage().withProgram(EnvoyBinary.find(System.err::println), "/usr/local/bin/envoy");
        envoy.with(Path.of(AUTHORITIES).toRealPath(), AUTHORITIES);
        return List.of(
                new LocalImage().with(app, "/node-app").write(folder, PAUSE, "/node-app", "pause"),
                new LocalImage().with(app, "/node-app").write(folder, APP, "/node-app"),
                envoy.write(folder, ENVOY, "/usr/local/bin/envoy"),
                capture(folder));
    }

    private static Path app() throws IOException {
        Path sources = Repository.root().resolve("e2e/node-app");
        String version = MoreFiles.asByteSource(sources.resolve("main.go"))
                .hash(Hashing.sha256())
                .toString()
                .substring(0, DIGITS);
        try {
            return new GoProgram(
                            Repository.root().resolve(".kube/node-app"),
                            version,
                            NodeCommand.find("go").orElseThrow().toString(),
                            sources,
                            "dev.kitsune/e2e/node-app")
                    .obtain(home -> System.err.println("Building the app of the node's containers into " + home));
        } catch (UnobtainableException e) {
            throw new IllegalStateException("the app of the node's containers cannot be built: " + e.getMessage(), e);
        }
    }

    private static Path capture(Path folder) throws IOException, InterruptedException {
        Path image = folder.resolve("capture.tar");
        Path log = folder.resolve("capture.log");
        try (ChildProcess build = ChildProcess.start(
                List.of(Repository.root().resolve("kitsune-image").toString(), "--capture", "--tar", image.toString()),
                log)) {
            build.awaitEnd(PATIENCE);
            if (build.isAlive() || !Files.exists(image)) {
                throw new IllegalStateException("the image of capture cannot be built: " + build.log());
            }
        }
        return image;
    }
}
