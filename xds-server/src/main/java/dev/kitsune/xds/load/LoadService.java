package dev.kitsune.xds.load;

import com.google.protobuf.Empty;
import com.google.protobuf.StringValue;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.envoy.scope.Loading;
import dev.kitsune.envoy.scope.Loading.LoadRefusal;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.delta.LoadOutcome;
import dev.kitsune.xds.delta.Streams;
import dev.kitsune.xds.node.CallingNode;
import dev.kitsune.xds.store.ResourceStore;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the calls of proxies whose request names a virtual environment that they have not loaded. The virtual
 * environment is sent on the proxy's own stream, so a caller can only bring a proxy what that proxy may have anyway.
 * The call is answered when the proxy has its routes.
 */
public final class LoadService implements BindableService {
    private static final Logger LOG = LoggerFactory.getLogger(LoadService.class);

    private final ResourceStore store;
    private final Streams streams;
    private final BrokenNames broken;
    private final MeterRegistry meters;

    public LoadService(ResourceStore store, Streams streams, BrokenNames broken, MeterRegistry meters) {
        this.store = store;
        this.streams = streams;
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
        // Most wrong names end here, so they cost no stream anything.
        if (snapshot == null || snapshot.virtualEnvironment(virtualEnvironment) == null) {
            refuse(answer, missing(virtualEnvironment));
            return;
        }
        streams.load(nodeId, key).whenComplete((result, failure) -> {
            if (failure == null) {
                answer(nodeId, virtualEnvironment, result, answer);
            } else {
                LOG.error("{} could not be loaded at a proxy", virtualEnvironment, failure);
                answer.onError(Status.INTERNAL.asRuntimeException());
            }
        });
    }

    private LoadRefusal missing(VirtualEnvironmentName virtualEnvironment) {
        return broken.contains(virtualEnvironment)
                ? Loading.leftOut(virtualEnvironment)
                : Loading.unknown(virtualEnvironment);
    }

    private void answer(
            String nodeId,
            VirtualEnvironmentName virtualEnvironment,
            LoadOutcome result,
            StreamObserver<Empty> answer) {
        switch (result) {
            case LOADED -> {
                count("loaded");
                answer.onNext(Empty.getDefaultInstance());
                answer.onCompleted();
            }
            case NOTHING -> refuse(answer, refusal(nodeId, virtualEnvironment));
            case REFUSED -> refuse(answer, Loading.rejected(virtualEnvironment));
            case UNACKNOWLEDGED ->
                refuse(
                        answer,
                        Loading.notInTime(
                                virtualEnvironment, "this proxy has not acknowledged it to the control plane"));
            case NO_STREAM ->
                refuse(answer, Loading.notInTime(virtualEnvironment, "this proxy has no stream to the control plane"));
        }
    }

    private LoadRefusal refusal(String nodeId, VirtualEnvironmentName virtualEnvironment) {
        Snapshot snapshot = store.snapshot();
        Optional<Proxy> proxy = streams.proxy(nodeId);
        return snapshot == null || proxy.isEmpty()
                ? Loading.unknown(virtualEnvironment)
                : Loading.refusal(Audience.of(proxy.get(), snapshot), virtualEnvironment, snapshot)
                        .orElseGet(() -> Loading.unknown(virtualEnvironment));
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
