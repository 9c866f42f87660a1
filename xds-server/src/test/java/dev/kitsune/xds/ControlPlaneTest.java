package dev.kitsune.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedEnvironment;
import dev.kitsune.xds.pipeline.State;
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

    private ControlPlane start() throws ControlPlane.StartException {
        return ControlPlane.start(folder, anyPort(), anyPort());
    }

    private static @Nullable String greeting(State state) {
        ResolvedEnvironment main =
                state.snapshot() == null ? null : state.snapshot().environment("main");
        Overlay.Variable greeting =
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
    void servesTheFolderAsItStandsWhenStartReturns() throws Exception {
        try (ControlPlane control = start()) {
            assertThat(greeting(control.state())).isEqualTo("Hi");
            assertThat(get(control, "/readyz")).isEqualTo("ready\n");
            assertThat(get(control, "/metrics")).contains("kitsune_environments 1.0");
        }
    }

    @Test
    void followsWhatIsWritten() throws Exception {
        try (ControlPlane control = start()) {
            Files.writeString(folder.resolve("main.yaml"), MAIN.replace("Hi", "Howdy"));

            assertThat(control.await(s -> "Howdy".equals(greeting(s)), PATIENCE))
                    .isPresent();
        }
    }

    @Test
    void aMistakeIsShownAndWhatWasGoodGoesOnUntilItHeals() throws Exception {
        try (ControlPlane control = start()) {
            Files.writeString(folder.resolve("main.yaml"), MAIN + "colour: red\n");

            assertThat(control.await(s -> !s.problems().isEmpty(), PATIENCE)).isPresent();
            assertThat(greeting(control.state())).isEqualTo("Hi");
            assertThat(get(control, "/api/problems")).contains("main.yaml", "colour");

            Files.writeString(folder.resolve("main.yaml"), MAIN.replace("Hi", "Hey"));

            assertThat(control.await(s -> s.problems().isEmpty() && "Hey".equals(greeting(s)), PATIENCE))
                    .isPresent();
        }
    }

    @Test
    void aTakenPortIsASentenceThatNamesTheOption() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());

            assertThatThrownBy(() -> ControlPlane.start(folder, address, anyPort()))
                    .isInstanceOf(ControlPlane.StartException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()))
                    .hasMessageContaining("--xds");
            assertThatThrownBy(() -> ControlPlane.start(folder, anyPort(), address))
                    .isInstanceOf(ControlPlane.StartException.class)
                    .hasMessageContaining("--http");
        }
    }

    @Test
    void aMissingFolderIsASentenceAndLeavesNoPortOpen() throws Exception {
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
}
