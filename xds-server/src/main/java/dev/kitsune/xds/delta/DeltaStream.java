package dev.kitsune.xds.delta;

import com.google.common.util.concurrent.MoreExecutors;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.UnknownProxyException;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.identity.CallRefusedException;
import dev.kitsune.xds.identity.Caller;
import dev.kitsune.xds.identity.CallerShare;
import dev.kitsune.xds.store.ResourceStore;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gRPC side of one delta stream. Its tasks run one after the other, beginning with the first publish. Until then
 * requests wait.
 */
final class DeltaStream implements StreamObserver<DeltaDiscoveryRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaStream.class);

    /** An Envoy's lists all of its extensions, which is about 100 KB. */
    private static final int MAX_NODE_BYTES = 1 << 20;

    private final ResourceStore store;
    private final ServerCallStreamObserver<DeltaDiscoveryResponse> client;
    private final Executor workers;
    private final Executor serial;
    private final StreamMetrics metrics;
    private final StreamListener listener;
    private final Caller caller = Caller.current();
    private final NameBudget names = new NameBudget(CallerShare.current());
    private final UnknownTypes unknownTypes = new UnknownTypes();
    private @Nullable Session session;
    private boolean closed;
    private volatile @Nullable StreamView view;

    /** Learns when a stream knows its proxy, and when it has ended. */
    interface StreamListener {
        void began(String nodeId, DeltaStream stream);

        void closed(DeltaStream stream);
    }

    DeltaStream(
            ResourceStore store,
            ServerCallStreamObserver<DeltaDiscoveryResponse> client,
            Executor workers,
            StreamMetrics metrics,
            StreamListener listener) {
        this.store = store;
        this.client = client;
        this.workers = workers;
        this.serial = MoreExecutors.newSequentialExecutor(workers);
        this.metrics = metrics;
        this.listener = listener;
        // The next request is read when the previous one is processed, so that requests queue at the client.
        client.disableAutoRequest();
        client.request(1);
        client.setOnReadyHandler(() -> later(this::pump));
        client.setOnCancelHandler(() -> later(this::close));
    }

    @Override
    public void onNext(DeltaDiscoveryRequest request) {
        later(() -> {
            handle(request);
            client.request(1);
        });
    }

    @Override
    public void onError(Throwable error) {
        later(this::close);
    }

    @Override
    public void onCompleted() {
        later(() -> {
            if (!closed) {
                close();
                client.onCompleted();
            }
        });
    }

    /** Empty until the first request names the proxy. */
    Optional<StreamView> view() {
        return Optional.ofNullable(view);
    }

    /** Brings a virtual environment to the client, for requests with this key. */
    CompletableFuture<LoadOutcome> load(ScopeKey key) {
        CompletableFuture<LoadOutcome> result = new CompletableFuture<>();
        inSession(current -> current.loads().load(key, result), () -> result.complete(LoadOutcome.ENDED));
        return result;
    }

    /** The client reports that a virtual environment is used. */
    void used(VirtualEnvironmentName virtualEnvironment) {
        inSession(current -> current.loads().used(virtualEnvironment), () -> {});
    }

    /** Counts one more minute in which the client's virtual environments may have been unused. */
    void minute() {
        inSession(Session::minute, () -> {});
    }

    private void inSession(Consumer<Session> task, Runnable otherwise) {
        later(() -> {
            Session current = session;
            if (closed || current == null) {
                otherwise.run();
            } else {
                task.accept(current);
                pump();
            }
        });
    }

    /** Ends the stream from this side. */
    void end(Status status) {
        serial.execute(() -> fail(status));
    }

    private void later(Runnable task) {
        store.whenPublished(() -> serial.execute(() -> guarded(task)));
    }

    /** A bug ends the stream, and the client opens another one. It must not leave a stream that stays silent. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (NameBudget.ExhaustedException e) {
            LOG.warn("a stream was ended: {}", e.getMessage());
            fail(Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("a delta stream failed", e);
            fail(Status.INTERNAL.withDescription("the control plane failed; its log says more"));
        }
    }

    private void handle(DeltaDiscoveryRequest request) {
        if (closed) {
            return;
        }
        Session current = session;
        if (current == null) {
            current = begin(request.getNode());
            if (current == null) {
                return;
            }
            session = current;
        }
        Optional<ResourceType> type = ResourceType.ofTypeUrl(request.getTypeUrl());
        if (type.isPresent()) {
            current.request(type.get(), request);
            pump();
        } else {
            unknownTypes.answer(request, current.nextNonce()).ifPresent(client::onNext);
        }
    }

    private @Nullable Session begin(Node described) {
        if (described.getSerializedSize() > MAX_NODE_BYTES) {
            LOG.warn("a stream was refused: its Node has {} bytes", described.getSerializedSize());
            fail(Status.RESOURCE_EXHAUSTED.withDescription("a Node has at most " + MAX_NODE_BYTES + " bytes"));
            return null;
        }
        try {
            Node node = caller.served(described);
            Session begun = new Session(node, Proxy.of(node), store, () -> later(this::pump), names, metrics);
            listener.began(node.getId(), this);
            return begun;
        } catch (CallRefusedException e) {
            LOG.warn("a stream was refused: {}", ShownText.of(String.valueOf(e.getMessage())));
            fail(e.status());
            return null;
        } catch (UnknownProxyException e) {
            LOG.warn("a stream was refused: {}", ShownText.of(String.valueOf(e.getMessage())));
            fail(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
            return null;
        }
    }

    private void pump() {
        Session current = session;
        if (!closed && current != null) {
            current.send(client);
            view = current.view();
        }
    }

    /** The client is told at once. Its subscriptions are released when no other stream has work. */
    private void fail(Status status) {
        if (client.isCancelled()) {
            close();
        } else if (!closed) {
            closed = true;
            workers.execute(() -> serial.execute(this::release));
            client.onError(status.asRuntimeException());
        }
    }

    private void close() {
        if (!closed) {
            closed = true;
            release();
        }
    }

    private void release() {
        view = null;
        if (session != null) {
            session.close();
        }
        listener.closed(this);
    }
}
