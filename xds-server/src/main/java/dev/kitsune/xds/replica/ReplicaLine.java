package dev.kitsune.xds.replica;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.common.net.HostAndPort;
import com.google.protobuf.StringValue;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.delta.LoadBegun;
import dev.kitsune.xds.delta.LoadTime;
import dev.kitsune.xds.load.LoadAnswer;
import dev.kitsune.xds.load.LoadPlace;
import dev.kitsune.xds.replica.PassedCall.PassedLoad;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes calls of proxies on to one other replica. Nothing waits for the replica longer than a call may take. The stream
 * is opened at the first call, and again at the next call after its end. What is completed is completed without a lock,
 * because it may lead to another call.
 */
final class ReplicaLine implements LoadPlace, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplicaLine.class);

    /** More calls than this do not wait for one replica, whoever makes them. */
    private static final int MOST_WAITING = 10_000;

    private static final Duration LATE = Duration.ofSeconds(1);

    private static final long RECONNECT = TimeUnit.SECONDS.toNanos(1);

    private final HostAndPort address;
    private final ManagedChannel connection;
    private final Channel channel;

    /** Guarded by this, like the next four. */
    private final Map<Long, WaitingLoad> waiting = new HashMap<>();

    private @Nullable LineStream calls;
    private long ids;
    private long connected = System.nanoTime();
    private boolean failing;

    private volatile long heard = System.nanoTime();
    private volatile boolean silent;

    /** A load that the replica has not answered. */
    private record WaitingLoad(LoadBegun begun, CompletableFuture<LoadAnswer> answer, LoadAnswer otherwise) {}

    ReplicaLine(HostAndPort address, ReplicaChannels channels, ReplicaToken token) {
        this.address = address;
        this.connection = channels.open(address);
        this.channel = token.shownOn(connection);
    }

    @Override
    public CompletableFuture<LoadAnswer> load(String nodeId, ScopeKey key, LoadTime time, LoadBegun begun) {
        LoadAnswer otherwise = LoadAnswer.noStream(key.virtualEnvironment());
        CompletableFuture<LoadAnswer> answer = new CompletableFuture<>();
        PassedLoad load = new PassedLoad(
                key.toString(), time.open().toMillis(), time.whole().toMillis());
        synchronized (this) {
            if (waiting.size() >= MOST_WAITING) {
                return CompletableFuture.completedFuture(otherwise);
            }
            long id = ++ids;
            waiting.put(id, new WaitingLoad(begun, answer, otherwise));
            send(new PassedCall(id, nodeId, load, Set.of()));
            // By then nobody waits for it any more.
            return answer.completeOnTimeout(otherwise, time.whole().plus(LATE).toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((any, failure) -> forget(id));
        }
    }

    void used(String nodeId, Set<VirtualEnvironmentName> virtualEnvironments) {
        if (!silent) {
            synchronized (this) {
                send(new PassedCall(++ids, nodeId, null, virtualEnvironments));
            }
        }
    }

    private synchronized void forget(long id) {
        waiting.remove(id);
    }

    /** Is called with the lock, so that the answers to it belong to the stream. */
    private void send(PassedCall call) {
        LineStream to = calls;
        if (to == null) {
            reconnect();
            to = new LineStream();
            calls = to;
            to.open(channel);
        }
        to.send(call);
    }

    /** A channel waits longer and longer for a replica that was away. */
    private void reconnect() {
        long now = System.nanoTime();
        if (now - connected > RECONNECT) {
            connected = now;
            connection.resetConnectBackoff();
        }
    }

    @Override
    public boolean isSilent() {
        return silent;
    }

    @Override
    public void saysNothing(long since) {
        if (heard - since < 0 && !silent) {
            silent = true;
            log.warn("The replica at {} does not answer, so no load waits for it", address);
        }
    }

    private void answered(PassedAnswer answer) {
        heard = System.nanoTime();
        if (silent) {
            silent = false;
            log.info("The replica at {} answers again", address);
        }
        WaitingLoad one;
        synchronized (this) {
            failing = false;
            one = waiting.get(answer.id());
        }
        if (one == null) {
            return;
        }
        if (answer.answer() == null) {
            one.begun().begun();
        } else {
            one.answer().complete(answer.answer());
        }
    }

    private void ended(LineStream stream, Status status) {
        List<WaitingLoad> unanswered;
        synchronized (this) {
            if (calls != stream) {
                return;
            }
            calls = null;
            unanswered = new ArrayList<>(waiting.values());
            waiting.clear();
            // Connections end now and then, and a replica that ends takes no calls.
            if (!failing && status.getCode() != Status.Code.UNAVAILABLE && status.getCode() != Status.Code.CANCELLED) {
                failing = true;
                log.warn(
                        "Calls of proxies cannot be passed on to the replica at {}: {} {}",
                        address,
                        status.getCode(),
                        status.getDescription());
            }
        }
        unanswered.forEach(one -> one.answer().complete(one.otherwise()));
    }

    @Override
    public void close() {
        connection.shutdownNow();
    }

    /** One stream to the replica. */
    private final class LineStream implements StreamObserver<StringValue> {
        private @Nullable StreamObserver<StringValue> out;

        /** The stream does not end with the proxy's call that has opened it. */
        void open(Channel to) {
            Context.ROOT.run(() -> call(to));
        }

        private void call(Channel to) {
            out = ClientCalls.asyncBidiStreamingCall(to.newCall(PassMethod.PASS, CallOptions.DEFAULT), this);
        }

        void send(PassedCall call) {
            if (out != null) {
                out.onNext(ReplicaJson.message(call));
            }
        }

        @Override
        public void onNext(StringValue message) {
            try {
                answered(ReplicaJson.read(message, PassedAnswer.class));
            } catch (JsonProcessingException e) {
                // A newer replica may have answers that this one does not understand.
                log.debug("an answer of the replica at {} cannot be read", address, e);
            }
        }

        @Override
        public void onError(Throwable error) {
            ended(this, Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            ended(this, Status.OK);
        }
    }
}
