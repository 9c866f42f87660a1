package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.kitsune.xds.ControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadyCommandTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void aServerThatServesIsReady(@TempDir Path folder) throws Exception {
        try (ControlPlane control = ControlPlane.start(folder, ANY, ANY)) {
            assertThat(Run.of("ready", "127.0.0.1:" + control.httpPort())).isEqualTo(new Run(0, "ready\n", ""));
        }
    }

    @Test
    void aServerThatHasReadNothingIsNotReady() throws Exception {
        HttpServer server = HttpServer.create(ANY, 0);
        server.createContext("/readyz", exchange -> {
            byte[] words = "not ready: nothing was read\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(503, words.length);
            exchange.getResponseBody().write(words);
            exchange.close();
        });
        server.start();
        try {
            assertThat(Run.of("ready", "127.0.0.1:" + server.getAddress().getPort()))
                    .isEqualTo(new Run(1, "not ready: nothing was read\n", ""));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void noServerIsASentence() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        Run run = Run.of("ready", "127.0.0.1:" + port);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("no `serve` answers at 127.0.0.1:" + port, "--health");
        assertThat(Run.of("ready", "nowhere").exitCode()).isEqualTo(2);
    }
}
