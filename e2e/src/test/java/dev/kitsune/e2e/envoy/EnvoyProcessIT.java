package dev.kitsune.e2e.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoyProcessIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Path binary = EnvoyBinary.find(System.err::println);

    @Test
    void itIsReadyAndShowsStatisticsAndItsConfiguration() throws Exception {
        try (LoopbackPorts ports = new LoopbackPorts()) {
            int admin = ports.next();
            int port = ports.next();
            try (EnvoyProcess envoy = EnvoyProcess.start(binary, "one", bootstrap(admin, port), admin, folder)) {
                envoy.awaitReady(LONG);

                assertThat(envoy.isAlive()).isTrue();
                assertThat(envoy.admin().stats("^server\\.(live|state)$")).containsEntry("server.live", 1L);
                assertThat(envoy.admin().configDump().findValuesAsText("port_value"))
                        .contains(String.valueOf(port));
                envoy.kill();
                assertThat(envoy.isAlive()).isFalse();
                assertThatThrownBy(envoy::requireAlive)
                        .isInstanceOf(EnvoyDiedException.class)
                        .hasMessageContaining("Envoy \"one\"");
            }
        }
    }

    @Test
    void anEnvoyThatCannotStartIsReportedWithItsLastLines() throws Exception {
        try (LoopbackPorts ports = new LoopbackPorts()) {
            int admin = ports.next();
            try (EnvoyProcess envoy = EnvoyProcess.start(binary, "bad", "no_such_field: 1\n", admin, folder)) {
                assertThatThrownBy(() -> envoy.awaitReady(LONG))
                        .isInstanceOf(EnvoyDiedException.class)
                        .hasMessageContaining("ended with code 1 before it was ready")
                        .hasMessageContaining("no_such_field");
            }
        }
    }

    @Test
    void aUsedPortIsReportedWithTheNextStep() throws Exception {
        try (LoopbackPorts ports = new LoopbackPorts();
                ServerSocket taken = new ServerSocket()) {
            int admin = ports.next();
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (EnvoyProcess envoy =
                    EnvoyProcess.start(binary, "late", bootstrap(admin, taken.getLocalPort()), admin, folder)) {
                assertThatThrownBy(() -> envoy.awaitReady(LONG))
                        .isInstanceOf(EnvoyDiedException.class)
                        .hasMessageContaining("Another process listens on one of its ports");
            }
        }
    }

    private static String bootstrap(int admin, int port) {
        return """
                admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
                static_resources:
                  listeners:
                  - name: plain
                    enable_reuse_port: false
                    address: {socket_address: {address: 127.0.0.1, port_value: %d}}
                    filter_chains:
                    - filters:
                      - name: envoy.filters.network.echo
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo}
                """.formatted(admin, port);
    }
}
