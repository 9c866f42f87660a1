package dev.kitsune.xds.server;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Served;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class XdsServerTest {
    @RegisterExtension
    final Served served = new Served();

    @Test
    void aPortInUseIsASentence() {
        XdsServer second = served.closed(new XdsServer(
                served.store(),
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), served.server().port()),
                (environment, at) -> {},
                served.meters()));

        assertThatThrownBy(second::start)
                .isInstanceOf(ListenException.class)
                .hasMessageContaining(":" + served.server().port())
                .hasMessageContaining("--xds");
    }

    @Test
    void closingTellsItsClientsToGoElsewhere() {
        served.mesh().publishTo(served.store());
        DeltaClient client = served.client().subscribe(CLUSTER);
        client.next();

        served.server().close();

        assertThat(client.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void whatIsLeftToDoWhenItIsClosedIsForNobody() {
        served.client().subscribe(CLUSTER);
        Awaitility.await()
                .until(() -> served.meters().get("kitsune.xds.streams").gauge().value() == 1);

        served.server().close();

        assertThatNoException().isThrownBy(() -> served.mesh().publishTo(served.store()));
        assertThatNoException().isThrownBy(served.server()::close);
    }

    @Test
    void aStreamThatIsGoneHoldsNothing() {
        served.mesh().environment("a").publishTo(served.store());
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
    void aConnectedProxyCanBeLookedAt() {
        served.mesh().environment("a").publishTo(served.store());
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
