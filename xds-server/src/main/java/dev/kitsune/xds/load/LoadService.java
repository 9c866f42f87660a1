package dev.kitsune.xds.load;

import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.envoy.scope.Loading;
import dev.kitsune.envoy.scope.Loading.LoadRefusal;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.delta.LoadOutcome;
import dev.kitsune.xds.delta.LoadTime;
import dev.kitsune.xds.node.CallingNode;
import dev.kitsune.xds.store.ResourceStore;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the calls of proxies whose request names a virtual environment that they have not loaded. The virtual
 * environment is sent on the proxy's own stream, so a caller can only bring a proxy what that proxy may have anyway.
 * The call is answered when the proxy has its routes. The stream may be at another replica.
 */
public final class LoadService implements BindableService {
    private static final Logger LOG = LoggerFactory.getLogger(LoadService.class);

    /** The time in which a proxy that has lost its stream opens another one. */
    private static final Duration OPEN = Duration.ofSeconds(1);

    /** The time until the acknowledgement, which is less than the proxy waits. */
    private static final Duration ACKNOWLEDGE = Duration.ofMillis(2500);

    /** A stream that has just ended may still be found for a moment. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final Executor PAUSED = CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS);

    private final ResourceStore store;
    private final StreamsHere here;
    private final OtherReplicas others;
    private final BrokenNames broken;
    private final MeterRegistry meters;

    public LoadService(
            ResourceStore store, StreamsHere here, OtherReplicas others, BrokenNames broken, MeterRegistry meters) {
        this.store = store;
        this.here = here;
        this.others = others;
        this.broken = broken;
        this.meters = meters;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(String.valueOf(LoadMethod.LOAD.getServiceName()))
                .addMethod(LoadMethod.LOAD, ServerCalls.asyncUnaryCall(this::load))
                .build();
    }

    private void load(StringValue message, StreamObserver<Empty> answer) {
        String nodeId = CallingNode.id();
        ScopeKey key = ScopeKey.parse(message.getValue());
        if (store.isPublished()) {
            load(nodeId, key, answer);
        } else {
            store.whenPublished(() -> load(nodeId, key, answer));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Its last stage answers the call, whatever happens.
    private void load(String nodeId, ScopeKey key, StreamObserver<Empty> answer) {
        VirtualEnvironmentName virtualEnvironment = key.virtualEnvironment();
        Snapshot snapshot = store.snapshot();
        // Most wrong names end here, so they cost no stream and no other replica anything.
        if (snapshot == null || snapshot.virtualEnvironment(virtualEnvironment) == null) {
            refuse(answer, missing(virtualEnvironment));
            return;
        }
        long end = System.nanoTime() + ACKNOWLEDGE.toNanos();
        ask(nodeId, key, new LoadTime(Duration.ZERO, ACKNOWLEDGE))
                .thenCompose(first -> first.outcome().isWithoutStream()
                        ? again(nodeId, key, first, end)
                        : CompletableFuture.completedFuture(first))
                .whenComplete((result, failure) -> {
                    if (failure == null) {
                        answer(result, answer);
                    } else {
                        LOG.error("{} could not be loaded at a proxy", virtualEnvironment, failure);
                        answer.onError(Status.INTERNAL.asRuntimeException());
                    }
                });
    }

    private CompletableFuture<LoadAnswer> ask(String nodeId, ScopeKey key, LoadTime time) {
        List<LoadPlace> places = new ArrayList<>();
        places.add(here);
        places.addAll(others.places());
        return LoadRound.of(places, nodeId, key, time);
    }

    /** A proxy without a stream may be just opening one, at any replica. */
    private CompletableFuture<LoadAnswer> again(String nodeId, ScopeKey key, LoadAnswer last, long end) {
        Duration left = Duration.ofNanos(end - System.nanoTime()).minus(PAUSE);
        if (left.isNegative()) {
            return CompletableFuture.completedFuture(last);
        }
        LoadTime time = new LoadTime(left.compareTo(OPEN) < 0 ? left : OPEN, left);
        return CompletableFuture.supplyAsync(() -> time, PAUSED)
                .thenCompose(given -> ask(nodeId, key, given))
                .thenCompose(next -> next.outcome() == LoadOutcome.ENDED
                        ? again(nodeId, key, next, end)
                        : CompletableFuture.completedFuture(next));
    }

    private LoadRefusal missing(VirtualEnvironmentName virtualEnvironment) {
        return broken.contains(virtualEnvironment)
                ? Loading.leftOut(virtualEnvironment)
                : Loading.unknown(virtualEnvironment);
    }

    private void answer(LoadAnswer result, StreamObserver<Empty> answer) {
        if (result.refusal() != null) {
            refuse(answer, result.refusal());
            return;
        }
        count("loaded");
        answer.onNext(Empty.getDefaultInstance());
        answer.onCompleted();
    }

    private void refuse(StreamObserver<Empty> answer, LoadRefusal refusal) {
        Status status = Status.fromCodeValue(refusal.cause().grpcStatus());
        count(refusal.cause().name().toLowerCase(Locale.ROOT));
        answer.onError(status.withDescription(refusal.text()).asRuntimeException());
    }

    private void count(String result) {
        Counter.builder("kitsune.loads")
                .description("Calls of proxies that load a virtual environment at its first use")
                .tag("result", result)
                .register(meters)
                .increment();
    }
}
