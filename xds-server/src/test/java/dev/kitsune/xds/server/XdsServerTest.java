package dev.kitsune.xds.server;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Served;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.StreamHandler;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

class XdsServerTest {
    @RegisterExtension
    final Served served = new Served();

    @Test
    void aPortInUseIsASentence() {
        XdsServer second = served.closed(new XdsServer(
                served.store(),
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), served.server().port()),
                (virtualEnvironment, at) -> {},
                name -> false,
                served.meters()));

        assertThatThrownBy(second::start)
                .isInstanceOf(ListenException.class)
                .hasMessageContaining(":" + served.server().port())
                .hasMessageContaining("--xds");
    }

    @Test
    void closingTellsClientsToConnectElsewhere() {
        served.mesh().publishTo(served.store());
        DeltaClient client = served.client().subscribe(CLUSTER);
        client.next();

        served.server().close();

        assertThat(client.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void publishingAndClosingAfterCloseDoNothing() {
        served.client().subscribe(CLUSTER);
        Awaitility.await()
                .until(() -> served.meters().get("kitsune.xds.streams").gauge().value() == 1);

        served.server().close();

        assertThatNoException().isThrownBy(() -> served.mesh().publishTo(served.store()));
        assertThatNoException().isThrownBy(served.server()::close);
    }

    @Test
    void connectionsWithoutHttp2PrintOneLineAndNoStackTrace() throws IOException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        List<LogRecord> records = new CopyOnWriteArrayList<>();
        Handler handler = new StreamHandler() {
            @Override
            public synchronized void publish(LogRecord logged) {
                records.add(logged);
            }
        };
        java.util.logging.Logger.getLogger("").addHandler(handler);
        try {
            served.mesh().publishTo(served.store());
            String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
            for (String garbage : List.of(
                    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                    "\u0000\u00ff\u0012\u0080 no protocol at all \u0001",
                    preface + "\u00ff\u00ff\u00ff\u0001\u0005\u0000\u0000\u0000\u0001",
                    preface + "\u0000\u0000\u0008\u0000\u0000\u0000\u0000\u0000\u0001half",
                    preface + "\u0000\u0000\u0004\u0001\u0005\u0000\u0000\u0000\u0001\u00ff\u00ff\u00ff\u00ff")) {
                try (Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), served.server().port())) {
                    socket.getOutputStream().write(garbage.getBytes(StandardCharsets.ISO_8859_1));
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (SocketException e) {
                    // The server may reset the connection or close it.
                }
            }
            served.client().subscribe(CLUSTER).next();
            Awaitility.await().untilAsserted(() -> assertThat(served.meters()
                            .get("kitsune.xds.connections.broken")
                            .counter()
                            .count())
                    .isGreaterThanOrEqualTo(3));
        } finally {
            root.detachAppender(log);
            java.util.logging.Logger.getLogger("").removeHandler(handler);
        }
        assertThat(records)
                .as("gRPC writes to Java's logging")
                .filteredOn(logged -> logged.getThrown() != null)
                .isEmpty();
        assertThat(List.copyOf(log.list))
                .filteredOn(event -> event.getThrowableProxy() != null)
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEmpty();
        assertThat(List.copyOf(log.list))
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.contains("did not speak HTTP/2"))
                .singleElement()
                .asString()
                .startsWith("a connection to the xDS port ended")
                .doesNotContain("GET", "protocol at all");
    }

    @Test
    void oneConnectionHasALimitOfStreams() {
        served.mesh().publishTo(served.store());
        ManagedChannel one = DeltaClient.connect(served.server().port());
        try {
            // A channel keeps the order of its streams once it is connected.
            new DeltaClient(one, DeltaClient.node("first", DeltaClient.GATEWAY))
                    .subscribe(CLUSTER)
                    .next();
            List<DeltaClient> clients = IntStream.range(0, XdsServer.MOST_STREAMS + 20)
                    .mapToObj(i ->
                            new DeltaClient(one, DeltaClient.node("n" + i, DeltaClient.GATEWAY)).subscribe(CLUSTER))
                    .toList();
            clients.stream().limit(XdsServer.MOST_STREAMS - 1).forEach(DeltaClient::next);

            served.client().subscribe(CLUSTER).next();
            assertThat(streams()).isEqualTo(XdsServer.MOST_STREAMS + 1);
        } finally {
            one.shutdownNow();
        }
    }

    private double streams() {
        return served.meters().get("kitsune.xds.streams").gauge().value();
    }

    @Test
    void anEndedStreamHoldsNothing() {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        DeltaClient client = served.client().subscribe(CLUSTER);
        client.nextAcked();
        assertThat(served.store().size()).isEqualTo(1);

        client.close();

        Awaitility.await().untilAsserted(() -> {
            assertThat(served.store().size()).isZero();
            assertThat(served.server().streams()).isEmpty();
        });
    }

    @Test
    void aConnectedProxyCanBeInspected() {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        DeltaClient client = served.client().subscribe(CLUSTER, "*", "a");
        String nonce = client.nextAcked().getNonce();
        client.untilNow();

        assertThat(served.server().streams()).singleElement().satisfies(stream -> {
            assertThat(stream.nodeId()).isEqualTo("test");
            assertThat(stream.proxy()).isEqualTo(DeltaClient.GATEWAY);
            assertThat(stream.types().get(CLUSTER)).satisfies(type -> {
                assertThat(type.wildcard()).isTrue();
                assertThat(type.named()).isEqualTo(1);
                assertThat(type.held()).isEqualTo(2);
                assertThat(type.acknowledged()).isEqualTo(nonce);
                assertThat(type.inFlight()).isFalse();
            });
        });
        assertThat(served.meters()
                        .get("kitsune.xds.resources.sent")
                        .tag("type", "cluster")
                        .counter()
                        .count())
                .isEqualTo(2);
    }
}
