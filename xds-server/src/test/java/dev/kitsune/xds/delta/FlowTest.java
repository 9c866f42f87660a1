package dev.kitsune.xds.delta;

import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static dev.kitsune.xds.protocol.DeltaClient.names;
import static dev.kitsune.xds.protocol.DeltaClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.xds.identity.CallerShare;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Served;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.CallStreamObserver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Large responses are sent in pieces, to many streams, and only as fast as clients read. */
class FlowTest {
    @RegisterExtension
    final Served served = new Served();

    @Test
    void aHundredThousandScopesArriveInPieces() {
        served.mesh().virtualEnvironments(100_000).publishTo(served.store());
        DeltaClient client = served.client().subscribe(SCOPED_ROUTE);

        Set<String> arrived = new HashSet<>();
        int responses = 0;
        while (arrived.size() < 100_000) {
            DeltaDiscoveryResponse response = client.nextAcked();
            assertThat(response.getResourcesCount()).isPositive().isLessThanOrEqualTo(1000);
            assertThat(response.getSerializedSize()).isLessThan(2 << 20);
            arrived.addAll(names(response));
            responses++;
        }

        assertThat(responses).isEqualTo(100);
        assertThat(client.untilNow()).isEmpty();
    }

    @Test
    void changesCoalesceWhileAResponseIsInFlight() {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "a");
        DeltaDiscoveryResponse first = client.next();
        for (int i = 0; i < 50; i++) {
            served.mesh().virtualEnvironment("a", "route", "v" + i).publishTo(served.store());
        }
        assertThat(client.untilNow()).isEmpty();

        client.ack(first);

        DeltaDiscoveryResponse second = client.nextAcked();
        assertThat(second.getResources(0).getResource().getValue().toStringUtf8())
                .contains("v49");
        assertThat(client.untilNow()).isEmpty();
    }

    @Test
    void aChangeThatIsRevertedWhileItWaitsIsNotSent() {
        served.mesh().virtualEnvironment("a", "route", "1").publishTo(served.store());
        DeltaClient client = served.client().subscribe(ROUTE, "a");
        DeltaDiscoveryResponse first = client.next();

        served.mesh().virtualEnvironment("a", "route", "2").publishTo(served.store());
        client.untilNow();
        served.mesh().virtualEnvironment("a", "route", "1").publishTo(served.store());

        assertThat(client.ack(first).untilNow()).isEmpty();
    }

    /** A client that is not ready at first. */
    private static final class SlowClient extends CallStreamObserver<DeltaDiscoveryResponse> {
        private final List<DeltaDiscoveryResponse> sent = new ArrayList<>();
        private boolean ready;

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void onNext(DeltaDiscoveryResponse response) {
            sent.add(response);
        }

        @Override
        public void onError(Throwable error) {
            throw new AssertionError(error);
        }

        @Override
        public void onCompleted() {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }

    @Test
    void nothingIsSentToAClientThatDoesNotRead() {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        Session session = new Session(
                Node.newBuilder().setId("test").build(),
                DeltaClient.GATEWAY,
                served.store(),
                () -> {},
                new NameBudget(CallerShare.current()),
                new StreamMetrics(served.meters()));
        session.request(ROUTE, request(ROUTE).addResourceNamesSubscribe("a").build());
        SlowClient client = new SlowClient();

        session.send(client);
        assertThat(client.sent).isEmpty();
        client.ready = true;
        session.send(client);

        assertThat(client.sent).singleElement().satisfies(response -> assertThat(names(response))
                .containsExactly("a"));
        session.close();
    }

    @Test
    void oneChangeReachesAThousandStreams() {
        served.mesh().virtualEnvironments(10).publishTo(served.store());
        List<DeltaClient> clients = new ArrayList<>();
        for (int connection = 0; connection < 20; connection++) {
            ManagedChannel shared = DeltaClient.connect(served.server().port());
            served.closed(shared::shutdownNow);
            for (int stream = 0; stream < 50; stream++) {
                Node node = DeltaClient.node("n" + connection + "-" + stream, DeltaClient.GATEWAY);
                clients.add(new DeltaClient(shared, node).subscribe(SCOPED_ROUTE));
            }
        }
        clients.forEach(client -> assertThat(names(client.nextAcked())).hasSize(10));
        long calls = served.store().translatorCalls();

        served.mesh().virtualEnvironment("e5", "scoped_route", "2").publishTo(served.store());

        clients.forEach(client -> assertThat(names(client.nextAcked())).containsExactly("e5"));
        assertThat(served.store().translatorCalls() - calls)
                .as("one wildcard and one resource are computed, whatever the number of streams")
                .isEqualTo(2);
        assertThat(served.server().streams()).hasSize(1000);
    }
}
