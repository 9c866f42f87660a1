package dev.kitsune.xds.sotw;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Status;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.Served;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.cluster.v3.ClusterDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the streams of java-control-plane, which use the same store. */
class StateOfTheWorldTest {
    private static final long PATIENCE_SECONDS = 20;

    @RegisterExtension
    final Served served = new Served();

    @Test
    void aNamedResourceIsSentAndSentAgainWhenItChanges() throws Exception {
        served.mesh().virtualEnvironment("a", "route", "1").publishTo(served.store());
        Client client = ads(true).ask(ResourceType.ROUTE, null, "a");

        DiscoveryResponse first = client.next();
        client.ask(ResourceType.ROUTE, first, "a");
        served.mesh().virtualEnvironment("a", "route", "2").publishTo(served.store());
        DiscoveryResponse second = client.next();

        assertThat(first.getResourcesCount()).isEqualTo(1);
        assertThat(second.getResourcesCount()).isEqualTo(1);
        assertThat(second.getVersionInfo()).isNotEqualTo(first.getVersionInfo());
    }

    @Test
    void theWildcardIsWhatTheProxyNeedsAndTheNodeIsOnlyNeededOnce() throws Exception {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        Client client = ads(true).ask(ResourceType.CLUSTER, null);
        DiscoveryResponse clusters = client.next();
        client.ask(ResourceType.CLUSTER, clusters).ask(ResourceType.LISTENER, null);

        assertThat(clusters.getResourcesCount()).isEqualTo(1);
        assertThat(client.next().getTypeUrl()).isEqualTo(ResourceType.LISTENER.typeUrl());
    }

    @Test
    void aRefusedVersionIsNotSentAgain() throws Exception {
        served.mesh().virtualEnvironment("a", "route", "1").publishTo(served.store());
        Client client = ads(true).ask(ResourceType.ROUTE, null, "a");
        DiscoveryResponse refused = client.next();

        client.send(DiscoveryRequest.newBuilder()
                .setTypeUrl(ResourceType.ROUTE.typeUrl())
                .addResourceNames("a")
                .setResponseNonce(refused.getNonce())
                .setErrorDetail(Status.newBuilder().setMessage("will not do")));
        client.ask(ResourceType.CLUSTER, null);
        assertThat(client.next().getTypeUrl()).isEqualTo(ResourceType.CLUSTER.typeUrl());
        served.mesh().virtualEnvironment("a", "route", "2").publishTo(served.store());

        DiscoveryResponse next = client.next();
        assertThat(next.getTypeUrl()).isEqualTo(ResourceType.ROUTE.typeUrl());
        assertThat(next.getVersionInfo()).isNotEqualTo(refused.getVersionInfo());
    }

    @Test
    void itsClientsAreShownWithTheirResourcesAndRefusals() throws Exception {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        Client client = ads(true).ask(ResourceType.ROUTE, null, "a", "b");
        DiscoveryResponse routes = client.next();
        assertThat(shown().types().get(ResourceType.ROUTE))
                .matches(type -> type.named() == 2 && type.waiting() == 2 && type.held() == 0 && type.inFlight());

        client.ask(ResourceType.ROUTE, routes, "a", "b").ask(ResourceType.CLUSTER, null);
        DiscoveryResponse clusters = client.next();
        assertThat(shown().types().get(ResourceType.ROUTE))
                .matches(type -> type.waiting() == 0 && type.held() == 2 && !type.inFlight());

        client.send(DiscoveryRequest.newBuilder()
                        .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                        .setResponseNonce(clusters.getNonce())
                        .setErrorDetail(Status.newBuilder().setMessage("will not do")))
                .ask(ResourceType.LISTENER, null);
        client.next();
        assertThat(shown().refused()).singleElement().satisfies(refusal -> assertThat(refusal.detail())
                .isEqualTo("will not do"));
        assertThat(shown().nodeId()).isEqualTo("test");

        client.requests.onCompleted();
        client.end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        Awaitility.await().until(() -> served.server().streams().isEmpty());
    }

    private StreamView shown() {
        assertThat(served.server().streams()).hasSize(1);
        return served.server().streams().get(0);
    }

    @Test
    void aNewNameIsSentAlthoughTheVersionIsAcknowledged() throws Exception {
        served.mesh().virtualEnvironment("a").virtualEnvironment("b").publishTo(served.store());
        Client client = ads(true).ask(ResourceType.ROUTE, null, "a", "b");
        DiscoveryResponse both = client.next();

        // The client unsubscribes and subscribes again before it gets an answer.
        client.ask(ResourceType.ROUTE, both, "a").ask(ResourceType.ROUTE, both, "a", "b");

        DiscoveryResponse again = client.next();
        if (again.getResourcesCount() == 1) {
            // If the server answers in between, the client acknowledges the answer with its current names.
            again = client.ask(ResourceType.ROUTE, again, "a", "b").next();
        }
        assertThat(again.getResourcesCount()).isEqualTo(2);
    }

    @Test
    void anUnknownTypeDoesNotAffectOthers() throws Exception {
        served.mesh().virtualEnvironment("a").publishTo(served.store());
        Client client = ads(true).ask(ResourceType.SCOPED_ROUTE, null).ask(ResourceType.CLUSTER, null);

        assertThat(client.next().getTypeUrl()).isEqualTo(ResourceType.CLUSTER.typeUrl());
    }

    @Test
    void theServicesOfOneTypeAreServedToo() throws Exception {
        Client client = new Client(
                served,
                true,
                channel -> o -> ClusterDiscoveryServiceGrpc.newStub(channel).streamClusters(o));
        client.send(DiscoveryRequest.newBuilder());

        served.mesh().publishTo(served.store());

        assertThat(client.next().getResourcesCount()).isEqualTo(1);
    }

    @Test
    void anUnknownNodeIsRefusedWithTheReason() {
        served.mesh().publishTo(served.store());
        Client client = ads(false).ask(ResourceType.CLUSTER, null);

        io.grpc.Status end =
                client.end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();

        assertThat(end.getCode()).isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT);
        assertThat(end.getDescription()).contains("stranger");
    }

    private Client ads(boolean ours) {
        return new Client(
                served,
                ours,
                channel -> o -> AggregatedDiscoveryServiceGrpc.newStub(channel).streamAggregatedResources(o));
    }

    private static final class Client implements StreamObserver<DiscoveryResponse> {
        private final BlockingQueue<DiscoveryResponse> responses = new LinkedBlockingQueue<>();
        private final CompletableFuture<io.grpc.Status> end = new CompletableFuture<>();
        private final StreamObserver<DiscoveryRequest> requests;
        private Node node;

        Client(
                Served served,
                boolean ours,
                Function<ManagedChannel, Function<StreamObserver<DiscoveryResponse>, StreamObserver<DiscoveryRequest>>>
                        method) {
            ManagedChannel channel = DeltaClient.connect(served.server().port());
            served.closed(channel::shutdownNow);
            requests = method.apply(channel).apply(this);
            node = ours
                    ? DeltaClient.node("test", DeltaClient.GATEWAY)
                    : Node.newBuilder().setId("stranger").build();
        }

        Client ask(ResourceType type, @org.jspecify.annotations.Nullable DiscoveryResponse acked, String... names) {
            DiscoveryRequest.Builder request =
                    DiscoveryRequest.newBuilder().setTypeUrl(type.typeUrl()).addAllResourceNames(List.of(names));
            if (acked != null) {
                request.setVersionInfo(acked.getVersionInfo()).setResponseNonce(acked.getNonce());
            }
            return send(request);
        }

        Client send(DiscoveryRequest.Builder request) {
            requests.onNext(request.setNode(node).build());
            node = Node.getDefaultInstance();
            return this;
        }

        DiscoveryResponse next() throws InterruptedException {
            DiscoveryResponse response = responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(response).as("a response").isNotNull();
            return java.util.Objects.requireNonNull(response);
        }

        @Override
        public void onNext(DiscoveryResponse response) {
            responses.add(response);
        }

        @Override
        public void onError(Throwable error) {
            end.complete(io.grpc.Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            end.complete(io.grpc.Status.OK);
        }
    }
}
