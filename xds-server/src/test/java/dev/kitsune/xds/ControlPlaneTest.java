package dev.kitsune.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.xds.input.FolderInput;
import dev.kitsune.xds.input.Input;
import dev.kitsune.xds.pipeline.ServedState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPlaneTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String MAIN = """
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main}
            spec: {environment: dev, data: {variables: {greeting: Hi}}}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @BeforeEach
    void writeFolder() throws IOException {
        Files.writeString(folder.resolve("dev.yaml"), """
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec: {}
                """);
        Files.writeString(folder.resolve("main.yaml"), MAIN);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static ControlPlane.Listening anyPorts() {
        return new ControlPlane.Listening(anyPort(), anyPort(), anyPort());
    }

    private ControlPlane start() throws ControlPlane.StartException {
        return ControlPlane.start(folder, anyPort(), anyPort());
    }

    private static @Nullable String greeting(ServedState state) {
        ResolvedVirtualEnvironment main = state.snapshot() == null
                ? null
                : state.snapshot().virtualEnvironment(new VirtualEnvironmentName("main"));
        Overlay.OverlayVariable greeting =
                main == null ? null : main.overlay().variables().get("greeting");
        return greeting == null ? null : greeting.value().text();
    }

    private static String get(ControlPlane control, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + control.httpPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void servesTheFolderWhenStartReturns() throws Exception {
        try (ControlPlane control = start()) {
            assertThat(greeting(control.state())).isEqualTo("Hi");
            assertThat(get(control, "/readyz")).isEqualTo("ready\n");
            assertThat(get(control, "/metrics")).contains("kitsune_environments 1.0");
        }
    }

    @Test
    void followsChangesOfTheFolder() throws Exception {
        try (ControlPlane control = start()) {
            Files.writeString(folder.resolve("main.yaml"), MAIN.replace("Hi", "Howdy"));

            assertThat(control.await(s -> "Howdy".equals(greeting(s)), PATIENCE))
                    .isPresent();
        }
    }

    @Test
    void anErrorIsShownAndTheLastGoodVersionIsServedUntilItIsCorrected() throws Exception {
        try (ControlPlane control = start()) {
            Files.writeString(folder.resolve("main.yaml"), MAIN + "colour: red\n");

            assertThat(control.await(s -> !s.problems().all().isEmpty(), PATIENCE))
                    .isPresent();
            assertThat(greeting(control.state())).isEqualTo("Hi");
            assertThat(get(control, "/api/problems")).contains("main.yaml", "colour");

            Files.writeString(folder.resolve("main.yaml"), MAIN.replace("Hi", "Hey"));

            assertThat(control.await(s -> s.problems().all().isEmpty() && "Hey".equals(greeting(s)), PATIENCE))
                    .isPresent();
        }
    }

    @Test
    void aUsedPortIsReportedWithTheOption() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());

            assertThatThrownBy(() -> ControlPlane.start(folder, address, anyPort()))
                    .isInstanceOf(ControlPlane.StartException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()))
                    .hasMessageContaining("--xds");
            assertThatThrownBy(() -> ControlPlane.start(folder, anyPort(), address))
                    .isInstanceOf(ControlPlane.StartException.class)
                    .hasMessageContaining("--http");
            Input alone = new FolderInput(folder, folder.resolve(".kitsune"), false);
            assertThatThrownBy(
                            () -> ControlPlane.start(alone, new ControlPlane.Listening(anyPort(), anyPort(), address)))
                    .isInstanceOf(ControlPlane.StartException.class)
                    .hasMessageContaining("for health")
                    .hasMessageContaining("--health");
        }
    }

    @Test
    void healthAndMetricsHaveAPortOfTheirOwnOnlyWhereItIsWanted() throws Exception {
        try (ControlPlane control = start()) {
            assertThat(control.healthPort()).isEmpty();
        }
        Input alone = new FolderInput(folder, folder.resolve(".kitsune"), false);
        try (ControlPlane control = ControlPlane.start(alone, anyPorts())) {
            URI readyz = URI.create("http://127.0.0.1:" + control.healthPort().orElseThrow() + "/readyz");

            assertThat(HttpClient.newHttpClient()
                            .send(HttpRequest.newBuilder(readyz).build(), BodyHandlers.ofString())
                            .body())
                    .isEqualTo("ready\n");
        }
    }

    @Test
    void aMissingFolderIsReportedAndLeavesNoPortOpen() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);

        assertThatThrownBy(() -> ControlPlane.start(folder.resolve("nowhere"), address, anyPort()))
                .isInstanceOf(ControlPlane.StartException.class)
                .hasMessageContaining("nowhere");

        try (ControlPlane control = ControlPlane.start(folder, address, anyPort())) {
            assertThat(control.xdsPort()).isEqualTo(port);
        }
    }

    private static final String RELEASED = """
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: one}
            spec: {app: shop, components: {cart: {version: c1}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: released}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: one}}}}
            """;

    private static String named(String namespace) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: x, namespace: %s}
                spec: {environment: dev}
                """.formatted(namespace);
    }

    private static boolean serves(ServedState state, String name, String component) {
        ResolvedVirtualEnvironment found =
                state.snapshot() == null ? null : state.snapshot().virtualEnvironment(new VirtualEnvironmentName(name));
        return found != null && found.components().containsKey(new ComponentName("shop", component));
    }

    private static boolean holdsText(Path file, String text) throws IOException {
        return Files.exists(file) && Files.readString(file).contains(text);
    }

    @Test
    void aLaterProcessServesTheSame(@TempDir Path other) throws Exception {
        Files.writeString(folder.resolve("z.yaml"), named("zed"));
        Files.writeString(folder.resolve("released.yaml"), RELEASED);
        try (ControlPlane first = start()) {
            Files.writeString(folder.resolve("a.yaml"), named("abc"));
            assertThat(first.await(
                            s -> s.problems().all().stream().anyMatch(p -> p.code() == ProblemCode.DuplicateName),
                            PATIENCE))
                    .isPresent();
            Files.writeString(folder.resolve("main.yaml"), MAIN + "colour: red\n");
            assertThat(first.await(
                            s -> s.problems().all().stream().anyMatch(p -> p.code() == ProblemCode.UnknownField),
                            PATIENCE))
                    .isPresent();
            Path state = folder.resolve(".kitsune");
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> holdsText(state.resolve("lastgood.jsonl"), "released")
                            && holdsText(state.resolve("seen.json"), "/abc/x"));

            for (Input how : List.of(
                    new FolderInput(folder, state, true), new FolderInput(folder, other.resolve("state"), false))) {
                try (ControlPlane second = ControlPlane.start(how, anyPorts())) {
                    assertThat(second.state().snapshot())
                            .isEqualTo(first.state().snapshot());
                    assertThat(greeting(second.state())).isEqualTo("Hi");
                    assertThat(serves(second.state(), "released", "cart")).isTrue();
                }
            }
            assertThatThrownBy(() -> ControlPlane.start(new FolderInput(folder, state, false), anyPorts()))
                    .isInstanceOf(ControlPlane.StartException.class)
                    .hasMessageContaining("another")
                    .hasMessageContaining("--follow");
        }
    }

    @Test
    void aFollowingProcessServesTheDecisionsOfTheOther() throws Exception {
        try (ControlPlane first = start();
                ControlPlane second =
                        ControlPlane.start(new FolderInput(folder, folder.resolve(".kitsune"), true), anyPorts())) {
            Files.writeString(folder.resolve("released.yaml"), RELEASED);

            assertThat(first.await(s -> serves(s, "released", "cart"), PATIENCE))
                    .isPresent();
            assertThat(second.await(s -> serves(s, "released", "cart"), PATIENCE))
                    .isPresent();
        }
    }

    @Test
    void aDeletedStateFolderStopsNothing() throws Exception {
        Files.writeString(folder.resolve("released.yaml"), RELEASED);
        Path state = folder.resolve(".kitsune");
        try (ControlPlane control = start()) {
            assertThat(serves(control.state(), "released", "cart")).isTrue();
            Files.move(state, folder.resolve(".away"));
            Files.writeString(
                    folder.resolve("released.yaml"),
                    RELEASED.replace("c1", "c2").replace("cart", "card"));

            assertThat(control.await(s -> serves(s, "released", "card"), PATIENCE))
                    .isPresent();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> Files.exists(state.resolve("releases").resolve("released.json"))
                            && Files.exists(state.resolve("seen.json"))
                            && Files.exists(state.resolve("lock")));
            assertThat(control.state().failure()).isNull();
        }
    }

    @Test
    void aStateThatCannotBeWrittenOnlyAffectsItself() throws Exception {
        try (ControlPlane control = start()) {
            Path releases = folder.resolve(".kitsune").resolve("releases");
            Files.delete(releases);
            Files.writeString(releases, "in the way");
            Files.writeString(folder.resolve("released.yaml"), RELEASED);
            assertThat(control.await(
                            s -> s.problems().all().stream()
                                    .anyMatch(p -> new VirtualEnvironmentName("released").equals(p.virtualEnvironment())
                                            && p.message().contains("cannot be saved")),
                            PATIENCE))
                    .isPresent();
            assertThat(serves(control.state(), "released", "cart")).isFalse();

            Files.writeString(folder.resolve("main.yaml"), MAIN.replace("Hi", "Howdy"));
            assertThat(control.await(s -> "Howdy".equals(greeting(s)), PATIENCE))
                    .isPresent();

            Files.delete(releases);
            Files.createDirectory(releases);
            assertThat(control.await(s -> serves(s, "released", "cart"), PATIENCE))
                    .isPresent();
        }
    }
}
