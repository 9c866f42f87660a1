package dev.kitsune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program as a separate process, and checks its output and exit codes, which scripts use. */
class ProgramIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern XDS = Pattern.compile("Envoys connect to 127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern HTTP = Pattern.compile("inspect it at http://127\\.0\\.0\\.1:(\\d+)/");
    private static final Pattern HEALTH =
            Pattern.compile("health and metrics alone are at http://127\\.0\\.0\\.1:(\\d+)/");

    @TempDir
    private Path folder;

    private final Path binary = EnvoyBinary.find(System.err::println);
    private final List<ChildProcess> processes = new ArrayList<>();

    @BeforeEach
    void writeFolder() throws IOException {
        Files.createDirectory(folder.resolve("envs"));
        write("dev.yaml", "apiVersion: kitsune.dev/v1alpha1\nkind: Environment\nmetadata: {name: dev}\nspec: {}\n");
    }

    @AfterEach
    void stop() {
        processes.forEach(ChildProcess::close);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve("envs").resolve(file), text);
    }

    private String read(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }

    /** Starts the program. Its output goes to the files {@code name.out} and {@code name.err}. */
    private ChildProcess start(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.kitsune.Kitsune"));
        command.addAll(List.of(arguments));
        Path err = folder.resolve(name + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(err.toFile());
        ChildProcess process = ChildProcess.of(builder.start(), err);
        processes.add(process);
        return process;
    }

    private ChildProcess serve() throws IOException {
        return start(
                "serve",
                "serve",
                "--dir",
                folder.resolve("envs").toString(),
                "--xds",
                "127.0.0.1:0",
                "--http",
                "127.0.0.1:0",
                "--health",
                "127.0.0.1:0");
    }

    private int port(Pattern line) {
        await().atMost(PATIENCE).until(() -> line.matcher(read("serve.err")).find());
        try {
            Matcher found = line.matcher(read("serve.err"));
            assertThat(found.find()).isTrue();
            return Integer.parseInt(found.group(1));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return PlainClient.create().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static int end(ChildProcess process) throws InterruptedException {
        process.awaitEnd(PATIENCE);
        assertThat(process.isAlive()).as("it runs").isFalse();
        return process.exitCode();
    }

    @Test
    void serveLogsNewAndSolvedProblemsAndEndsNormallyOnSigterm() throws Exception {
        ChildProcess serve = serve();
        assertThat(get(port(HTTP), "/readyz").statusCode()).isEqualTo(200);
        assertThat(get(port(HEALTH), "/readyz").statusCode()).isEqualTo(200);
        assertThat(get(port(HEALTH), "/api/status").statusCode()).isEqualTo(404);
        assertThat(read("serve.err")).contains("serving " + folder.resolve("envs"), "0 virtual environments");

        write("bad.yaml", "kind: [\n");
        await().atMost(PATIENCE).until(() -> read("serve.err").contains(": bad.yaml:"));

        Files.delete(folder.resolve("envs/bad.yaml"));
        await().atMost(PATIENCE).until(() -> read("serve.err").contains("healed: bad.yaml:"));

        serve.terminate();
        assertThat(end(serve)).isZero();
        assertThat(read("serve.out")).as("standard output").isEmpty();
    }

    @Test
    void aUsedPortIsOneSentenceAndCode1() throws Exception {
        serve();
        int xds = port(XDS);

        ChildProcess second = start(
                "second",
                "serve",
                "--dir",
                folder.resolve("envs").toString(),
                "--xds",
                "127.0.0.1:" + xds,
                "--http",
                "127.0.0.1:0");

        assertThat(end(second)).isEqualTo(1);
        assertThat(read("second.err").lines()).singleElement().asString().contains("127.0.0.1:" + xds, "--xds");
    }

    @Test
    void anEnvoyStartsWithWhatBootstrapPrints() throws Exception {
        serve();
        try (LoopbackPorts ports = new LoopbackPorts()) {
            int listen = ports.next();
            int admin = ports.next();
            ChildProcess bootstrap = start(
                    "bootstrap",
                    "bootstrap",
                    "--role",
                    "gateway",
                    "--listen-port",
                    String.valueOf(listen),
                    "--listen-address",
                    "127.0.0.1",
                    "--admin-port",
                    String.valueOf(admin),
                    "--xds",
                    "127.0.0.1:" + port(XDS));
            assertThat(end(bootstrap)).isZero();

            try (EnvoyProcess envoy =
                    EnvoyProcess.start(binary, "gateway", read("bootstrap.out"), admin, folder.resolve("envoy"))) {
                envoy.awaitReady(PATIENCE);

                HttpResponse<String> answer = get(listen, "/");
                assertThat(answer.statusCode()).isEqualTo(404);
                assertThat(get(port(HTTP), "/api/proxies").body()).contains("gateway:" + listen);
                proxiesAreInSync("gateway:" + listen);
            }
        }
    }

    /** The first answers are acknowledged a moment after they are in force. */
    private void proxiesAreInSync(String node) throws IOException {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            ChildProcess proxies = start("proxies", "proxies", "--served", "127.0.0.1:" + port(HTTP));
            assertThat(end(proxies))
                    .as(read("proxies.out") + read("proxies.err"))
                    .isZero();
        });
        assertThat(read("proxies.out").lines().toList().get(0))
                .matches("NODE +ROLE +COMPONENT +LISTENERS +SCOPES +ROUTES +CLUSTERS +ENDPOINTS +SECRETS +AGE");
        assertThat(read("proxies.out").lines().toList().get(1))
                .matches(node + " +gateway +- +SYNCED +.* SYNCED .*[0-9]+s");
    }
}
