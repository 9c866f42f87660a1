package dev.kitsune.xds.sotw;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.UnknownProxyException;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.delta.NameBudget;
import dev.kitsune.xds.delta.ShownText;
import dev.kitsune.xds.delta.StreamMetrics;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.identity.CallRefusedException;
import dev.kitsune.xds.identity.Caller;
import dev.kitsune.xds.identity.CallerShare;
import dev.kitsune.xds.store.Refusal;
import io.envoyproxy.controlplane.cache.Resources;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Filters the requests of a java-control-plane stream that it cannot handle: requests without the Node after the first
 * one, unknown types, rejections, which it answers with the same resources again, and names that were dropped and
 * requested again.
 */
final class CheckedRequests implements StreamObserver<DiscoveryRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(CheckedRequests.class);

    private final ServerCallStreamObserver<DiscoveryResponse> client;
    private final StreamObserver<DiscoveryRequest> server;
    private final String defaultTypeUrl;
    private final StreamMetrics metrics;
    private final Map<String, DiscoveryResponse> newest = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> named = new HashMap<>();
    private final Set<CheckedRequests> open;
    private final NameBudget budget = new NameBudget(CallerShare.current());
    private final StreamState state = new StreamState();
    private final Instant since = Instant.now();
    private final Caller caller = Caller.current();
    private volatile @Nullable StreamView view;
    private @Nullable Node node;
    private boolean refused;

    /**
     * @param defaultTypeUrl the type of requests that name none; empty on an aggregated stream
     * @param open where it stands while it is open and its client is known
     * @param begin begins the stream behind
     */
    CheckedRequests(
            ServerCallStreamObserver<DiscoveryResponse> client,
            String defaultTypeUrl,
            StreamMetrics metrics,
            Set<CheckedRequests> open,
            Function<StreamObserver<DiscoveryResponse>, StreamObserver<DiscoveryRequest>> begin) {
        this.client = client;
        this.defaultTypeUrl = defaultTypeUrl;
        this.metrics = metrics;
        this.open = open;
        // Its end comes by onError; with a handler set, answers that cross it are dropped, and throw nothing.
        client.setOnCancelHandler(() -> {});
        client.setOnCloseHandler(this::left);
        this.server = begin.apply(new NewestAnswers());
    }

    @Override
    public void onNext(DiscoveryRequest request) {
        if (refused || !knowsNode(request)) {
            return;
        }
        String typeUrl = request.getTypeUrl().isEmpty() ? defaultTypeUrl : request.getTypeUrl();
        Optional<ResourceType> type =
                ResourceType.ofTypeUrl(typeUrl).filter(t -> Resources.TYPE_URLS_TO_RESOURCE_TYPE.containsKey(typeUrl));
        if (type.isEmpty()) {
            LOG.warn(
                    "{} asked for {} on a state-of-the-world stream, which does not support it: use delta",
                    id(),
                    ShownText.of(typeUrl));
            return;
        }
        DiscoveryRequest.Builder checked = request.toBuilder().setTypeUrl(typeUrl);
        if (node != null) {
            checked.setNode(node);
        }
        Set<String> names = Set.copyOf(request.getResourceNamesList());
        if (!withinBudget(typeUrl, names)) {
            return;
        }
        state.asked(type.get(), names);
        DiscoveryResponse last = newest.get(typeUrl);
        if (last != null && last.getNonce().equals(request.getResponseNonce())) {
            if (request.hasErrorDetail()) {
                refuse(type.get(), request, last);
                // A rejection is reported as an acknowledgement, so that the next answer is another version.
                checked.clearErrorDetail().setVersionInfo(last.getVersionInfo());
            } else {
                state.acknowledged(type.get(), last.getNonce());
            }
        }
        Set<String> before = named.put(typeUrl, names);
        if (before != null && !before.containsAll(names)) {
            // The client no longer has a name that it dropped and requested again, although its version suggests so.
            checked.clearVersionInfo();
        }
        server.onNext(checked.build());
    }

    private boolean withinBudget(String typeUrl, Set<String> names) {
        budget.remove(named.getOrDefault(typeUrl, Set.of()));
        try {
            budget.add(names);
            return true;
        } catch (NameBudget.ExhaustedException e) {
            LOG.warn("a stream of {} was ended: {}", id(), e.getMessage());
            end(e, Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage()));
            return false;
        }
    }

    private void left() {
        open.remove(this);
        budget.close();
    }

    private void end(Exception reason, Status status) {
        refused = true;
        left();
        named.clear();
        server.onError(reason);
        client.onError(status.asRuntimeException());
    }

    private void refuse(ResourceType type, DiscoveryRequest request, DiscoveryResponse response) {
        String detail = type == ResourceType.SECRET
                ? "(not shown, it may quote the secret)"
                : request.getErrorDetail().getMessage();
        LOG.warn("{} refused a response of {}: {}", id(), type, ShownText.of(detail));
        metrics.refused(type);
        String names = ShownText.of(
                request.getResourceNamesList().stream().sorted().limit(10).collect(Collectors.joining(", ")));
        state.refused(new Refusal(type, names, response.getVersionInfo(), detail, id(), Instant.now()));
    }

    /** Empty until the first request names the client. */
    Optional<StreamView> view() {
        StreamView known = view;
        return known == null
                ? Optional.empty()
                : Optional.of(new StreamView(known.nodeId(), known.proxy(), known.since(), state.views()));
    }

    @Override
    public void onError(Throwable error) {
        left();
        if (!refused) {
            server.onError(error);
        }
    }

    @Override
    public void onCompleted() {
        left();
        if (!refused) {
            server.onCompleted();
        }
    }

    private boolean knowsNode(DiscoveryRequest request) {
        if (node != null) {
            return true;
        }
        try {
            Node served = caller.served(request.getNode());
            Proxy proxy = Proxy.of(served);
            node = served;
            view = new StreamView(id(), proxy, since, Map.of());
            open.add(this);
            return true;
        } catch (CallRefusedException e) {
            LOG.warn("a stream was refused: {}", ShownText.of(String.valueOf(e.getMessage())));
            end(e, e.status());
            return false;
        } catch (UnknownProxyException e) {
            LOG.warn("a stream was refused: {}", ShownText.of(String.valueOf(e.getMessage())));
            end(e, Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
            return false;
        }
    }

    private String id() {
        return node == null ? "" : ShownText.of(node.getId());
    }

    /** Remembers the newest answer of each type on its way to the client. */
    private final class NewestAnswers implements StreamObserver<DiscoveryResponse> {
        @Override
        public void onNext(DiscoveryResponse response) {
            newest.put(
                    response.getTypeUrl(), response.toBuilder().clearResources().build());
            ResourceType.ofTypeUrl(response.getTypeUrl()).ifPresent(type -> {
                metrics.sent(type, response.getResourcesCount(), 0);
                state.sent(type, response.getResourcesCount());
            });
            client.onNext(response);
        }

        @Override
        public void onError(Throwable error) {
            left();
            if (!client.isCancelled() && !refused) {
                client.onError(error);
            }
        }

        @Override
        public void onCompleted() {
            left();
            client.onCompleted();
        }
    }
}
