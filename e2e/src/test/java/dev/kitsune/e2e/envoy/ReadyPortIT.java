package dev.kitsune.e2e.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.cli.KitsuneCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An Envoy is ready when its configuration came, and not before. */
@SuppressWarnings("try") // The control plane acts by being there.
class ReadyPortIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private static String bootstrap(int xds, int admin, int ready, LoopbackPorts ports) throws IOException {
        StringWriter out = new StringWriter();
        int code = KitsuneCommand.commandLine("kitsune")
                .setOut(new PrintWriter(out, true))
                .execute(
                        "bootstrap",
                        "--role",
                        "sidecar",
                        "--app",
                        "shop",
                        "--component",
                        "cart",
                        "--version",
                        "c1",
                        "--inbound-address",
                        "127.0.0.1",
                        "--inbound-port",
                        String.valueOf(ports.next()),
                        "--outbound-port",
                        String.valueOf(ports.next()),
                        "--app-port",
                        String.valueOf(ports.next()),
                        "--admin-port",
                        String.valueOf(admin),
                        "--ready-port",
                        String.valueOf(ready),
                        "--xds",
                        "127.0.0.1:" + xds);
        assertThat(code).isZero();
        return out.toString();
    }

    private static int answer(int port, String path) throws InterruptedException {
        try {
            return PlainClient.create()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void anEnvoyIsReadyWhenItsConfigurationCame() throws Exception {
        Path manifests = Files.createDirectory(folder.resolve("manifests"));
        Path binary = EnvoyBinary.find(System.err::println);
        try (LoopbackPorts ports = new LoopbackPorts()) {
            int xds = ports.next();
            int admin = ports.next();
            int ready = ports.next();
            try (EnvoyProcess envoy =
                    EnvoyProcess.start(binary, "one", bootstrap(xds, admin, ready, ports), admin, folder)) {
                // It has tried to reach the control plane several times, and waits without a limit.
                await().atMost(LONG).ignoreExceptions().untilAsserted(() -> assertThat(envoy.admin()
                                .stats("^cluster\\.kitsune-xds\\.upstream_cx_connect_fail$")
                                .get("cluster.kitsune-xds.upstream_cx_connect_fail"))
                        .isGreaterThan(3L));
                assertThat(answer(ready, "/ready")).isZero();
                assertThat(answer(admin, "/ready")).isEqualTo(503);
                assertThat(envoy.admin().configDump().findValuesAsText("initial_fetch_timeout"))
                        .containsExactly("0s", "0s");

                InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
                InetSocketAddress known = new InetSocketAddress(InetAddress.getLoopbackAddress(), xds);
                try (ControlPlane control = ControlPlane.start(manifests, known, any)) {
                    await().atMost(LONG).untilAsserted(() -> assertThat(answer(ready, "/ready"))
                            .isEqualTo(200));
                    assertThat(answer(ready, "/other")).isEqualTo(404);
                    assertThat(envoy.admin().configDump().toString()).contains("dynamic_listeners");
                }
                // It stays ready while the control plane is away.
                assertThat(answer(ready, "/ready")).isEqualTo(200);
            }
        }
    }
}
