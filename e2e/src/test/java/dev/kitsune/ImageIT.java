package dev.kitsune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.process.ChildProcess;
import dev.kitsune.e2e.process.Repository;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds the container image from what this machine has, and runs its program from its layers. */
class ImageIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static BuiltImage image;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static String said;

    @BeforeAll
    static void build() throws Exception {
        for (String program : List.of("bash", "mvn", "ldd")) {
            Assumptions.assumeTrue(isOnPath(program), "no image: there is no " + program + " on the PATH");
        }
        Path log = folder.resolve("log");
        try (ChildProcess build = ChildProcess.start(
                List.of(
                        Repository.root().resolve("kitsune-image").toString(),
                        "--tar",
                        folder.resolve("kitsune.tar").toString(),
                        "--oci",
                        folder.resolve("oci").toString()),
                log)) {
            build.awaitEnd(PATIENCE);
            assertThat(build.isAlive()).as("it builds").isFalse();
            said = build.log();
            assertThat(build.exitCode()).as(said).isZero();
        }
        image = BuiltImage.unpack(folder.resolve("kitsune.tar"), folder.resolve("image"));
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(place -> Path.of(place, program).toFile().canExecute());
    }

    @Test
    void theBaseIsSaidAndLabelled() {
        assertThat(said).containsPattern("the base is Java \\d+\\S* of the machine");
        assertThat(image.config()
                        .at("/Labels/org.opencontainers.image.base.name")
                        .asText())
                .matches("Java \\d+\\S* of the machine that built the image");
        assertThat(image.config().at("/Labels/org.opencontainers.image.title").asText())
                .isEqualTo("kitsune");
        assertThat(image.config()
                        .at("/Labels/org.opencontainers.image.licenses")
                        .asText())
                .isEqualTo("Apache-2.0");
    }

    @Test
    void theUserIsNotRootAndThereIsNoShell() {
        assertThat(image.config().get("User").asText()).isEqualTo("65532:65532");
        assertThat(image.config().get("Entrypoint").get(0).asText()).isEqualTo("java");
        assertThat(image.config().get("Entrypoint"))
                .extracting(JsonNode::asText)
                .noneMatch(word -> word.matches("(.*/)?(sh|bash)"))
                .endsWith("dev.kitsune.Kitsune");
        assertThat(image.executable()).contains("usr/bin/java").noneMatch(file -> file.matches(".*/(\\w*sh|busybox)"));
    }

    @Test
    void itHoldsTheShippedProgramAlone() throws Exception {
        Path app = image.root().resolve("app");
        assertThat(app.resolve("classes/dev/kitsune/Kitsune.class")).isRegularFile();
        assertThat(app.resolve("resources/dev/kitsune/xds/inspect/page.html")).isRegularFile();
        try (Stream<Path> libraries = Files.list(app.resolve("libs"))) {
            assertThat(libraries.map(library -> library.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("kitsune-k8s-watcher-"))
                    .noneMatch(name -> name.matches("(kitsune-(e2e|benchmarks)|junit|assertj|awaitility).*"));
        }
    }

    /** Each blob of the layout is named by its digest, and the layers are those of the archive. */
    @Test
    void theFolderIsAnImageLayoutOfTheSameLayers() throws Exception {
        Path layout = folder.resolve("oci");
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(layout.resolve("oci-layout").toFile())
                        .get("imageLayoutVersion")
                        .asText())
                .isEqualTo("1.0.0");
        Path blobs = layout.resolve("blobs/sha256");
        try (Stream<Path> files = Files.list(blobs)) {
            assertThat(files).isNotEmpty().allSatisfy(blob -> assertThat(
                            MoreFiles.asByteSource(blob).hash(Hashing.sha256()).toString())
                    .isEqualTo(blob.getFileName().toString()));
        }
        JsonNode manifest = json.readTree(blobs.resolve(digest(
                        json.readTree(layout.resolve("index.json").toFile()).at("/manifests/0")))
                .toFile());
        List<String> layers = new ArrayList<>();
        manifest.get("layers").forEach(layer -> layers.add(digest(layer) + ".tar.gz"));
        assertThat(layers)
                .containsExactlyElementsOf(image.layers().stream()
                        .map(layer -> layer.getFileName().toString())
                        .toList());
    }

    private static String digest(JsonNode descriptor) {
        return descriptor.get("digest").asText().replace("sha256:", "");
    }

    /** A module that the Java of the image lacks would be missed here: by gRPC, by HTTP, or by the client of a cluster. */
    @Test
    void itServesFromItsLayers() throws Exception {
        Path served = Files.createDirectory(folder.resolve("envs"));
        try (LoopbackPorts ports = new LoopbackPorts()) {
            int health = ports.next();
            try (ChildProcess serve = start(
                    "serve",
                    "serve",
                    "--dir",
                    served.toString(),
                    "--xds",
                    "127.0.0.1:0",
                    "--http",
                    "127.0.0.1:0",
                    "--health",
                    "127.0.0.1:" + health)) {
                await().atMost(PATIENCE).ignoreExceptions().until(() -> get(health, "/readyz"), "ready\n"::equals);
                assertThat(get(health, "/metrics")).contains("kitsune_ready 1.0");
                serve.terminate();
                serve.awaitEnd(PATIENCE);
                assertThat(serve.exitCode()).as(serve.log()).isZero();
            }
        }
        Path away = Files.writeString(folder.resolve("away"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: away, cluster: {server: "https://127.0.0.1:1"}}]
                contexts: [{name: away, context: {cluster: away}}]
                """);
        try (ChildProcess check = start("check", "-Dkubeconfig=" + away, "check", "--context", "away")) {
            check.awaitEnd(PATIENCE);
            assertThat(check.log()).contains("https://127.0.0.1:1", "cannot be reached");
        }
    }

    private static ChildProcess start(String log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(image.command());
        for (String argument : arguments) {
            // What begins like an option of Java belongs before the main class.
            command.add(argument.startsWith("-D") ? 1 : command.size(), argument);
        }
        return ChildProcess.start(command, folder.resolve(log));
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return PlainClient.create()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }
}
