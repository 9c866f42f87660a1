package dev.kitsune.xds.sotw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.delta.StreamMetrics;
import dev.kitsune.xds.protocol.DeltaClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests the end of a stream. {@link StateOfTheWorldTest} tests its messages with a real server. */
class CheckedRequestsTest {
    private final Set<CheckedRequests> open = new HashSet<>();
    private final Queue<StreamObserver<DiscoveryResponse>> answers = new ArrayDeque<>();
    private final Call call = new Call();

    private void opened() {
        CheckedRequests requests =
                new CheckedRequests(call, "", new StreamMetrics(new SimpleMeterRegistry()), open, to -> {
                    answers.add(to);
                    return new Nobody<>();
                });
        requests.onNext(DiscoveryRequest.newBuilder()
                .setNode(DeltaClient.node("test", DeltaClient.GATEWAY))
                .setTypeUrl(ResourceType.CLUSTER.typeUrl())
                .build());
        assertThat(open).containsExactly(requests);
    }

    @Test
    void aStreamThatTheServerEndsIsNotOpen() {
        opened();
        answers.remove().onError(Status.INTERNAL.asRuntimeException());
        assertThat(open).isEmpty();

        opened();
        answers.remove().onCompleted();
        assertThat(open).isEmpty();
    }

    @Test
    void aClosedCallIsNotOpen() {
        opened();
        call.closed.run();
        assertThat(open).isEmpty();
    }

    private static class Nobody<T> implements StreamObserver<T> {
        @Override
        public void onNext(T message) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
    }

    private static final class Call extends ServerCallStreamObserver<DiscoveryResponse> {
        private Runnable closed = () -> {};

        @Override
        public void setOnCloseHandler(Runnable handler) {
            closed = handler;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void request(int count) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void onNext(DiscoveryResponse message) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
    }
}
