package dev.kitsune.xds.replica;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.protobuf.StringValue;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.xds.delta.LoadTime;
import dev.kitsune.xds.load.LoadAnswer;
import dev.kitsune.xds.load.StreamsHere;
import dev.kitsune.xds.replica.PassedCall.PassedLoad;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the calls that other replicas pass on. It passes none of them on itself, so no call goes in a circle. */
final class PassedCallService implements BindableService, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PassedCallService.class);

    private final StreamsHere here;
    private final Set<ReplicaCallStream<StringValue>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    PassedCallService(StreamsHere here) {
        this.here = here;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(String.valueOf(PassMethod.PASS.getServiceName()))
                .addMethod(PassMethod.PASS, ServerCalls.asyncBidiStreamingCall(PassedCallStream::new))
                .build();
    }

    /** Ends the streams of the other replicas, and takes no further ones. */
    @Override
    public void close() {
        closed = true;
        open.forEach(ReplicaCallStream::close);
    }

    /** The calls that one replica passes on. */
    private final class PassedCallStream extends ReplicaCallStream<StringValue> {
        PassedCallStream(StreamObserver<StringValue> answers) {
            super(answers, open);
            if (closed) {
                close();
            }
        }

        @Override
        public void onNext(StringValue message) {
            try {
                take(ReplicaJson.read(message, PassedCall.class));
            } catch (JsonProcessingException e) {
                log.warn("a call that a replica passes on cannot be read: {}", e.getOriginalMessage());
                end(Status.INVALID_ARGUMENT.withDescription("the message is no call"));
            }
        }

        private void take(PassedCall call) {
            if (!call.used().isEmpty()) {
                here.used(call.node(), call.used());
            }
            if (call.load() != null) {
                load(call.id(), call.node(), call.load());
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // Its last stage answers the call.
        private void load(long id, String node, PassedLoad load) {
            LoadTime time = new LoadTime(Duration.ofMillis(load.openMillis()), Duration.ofMillis(load.wholeMillis()));
            ScopeKey key = ScopeKey.parse(load.scopeKey());
            here.load(node, key, time, () -> answer(new PassedAnswer(id, null)))
                    .whenComplete((answer, failure) -> answered(id, key, answer, failure));
        }

        private void answered(long id, ScopeKey key, @Nullable LoadAnswer answer, @Nullable Throwable failure) {
            if (answer == null) {
                log.error("{} could not be loaded for another replica", key.virtualEnvironment(), failure);
            }
            answer(new PassedAnswer(id, answer == null ? LoadAnswer.noStream(key.virtualEnvironment()) : answer));
        }

        private void answer(PassedAnswer answer) {
            answer(ReplicaJson.message(answer));
        }
    }
}
