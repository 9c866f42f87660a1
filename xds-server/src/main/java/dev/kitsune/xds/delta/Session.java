package dev.kitsune.xds.delta;

import com.google.common.collect.Sets;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.store.Refusal;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.StoredResource;
import dev.kitsune.xds.store.Subscription;
import dev.kitsune.xds.store.SubscriptionListener;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.stub.CallStreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The exchange with one client about all types. Used by one thread at a time. */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int MAX_DETAIL = 500;
    private static final String ALL = "*";
    private static final int MAX_WARNINGS = 100;
    private static final long NONE_YET = Long.MIN_VALUE;

    private final String nodeId;
    private final Instant since = Instant.now();
    private final Subscription subscription;
    private final @Nullable ClustersFirst clustersFirst;
    private final CalleesFirst calleesFirst;
    private final TakenGenerations generations;
    private final StreamMetrics metrics;
    private final NameBudget budget;
    private final Loads loads;
    private final IdleClusters idleClusters = new IdleClusters();
    private final Map<ResourceType, TypeStream> types = new EnumMap<>(ResourceType.class);
    private final Set<String> warned = new HashSet<>();
    private long wave;
    private long heldSince = Item.ANSWER;
    private long nonces;

    /** {@code budget}: is closed together with this */
    Session(
            Node node,
            Proxy proxy,
            ResourceStore store,
            SubscriptionListener listener,
            NameBudget budget,
            StreamMetrics metrics) {
        this.budget = budget;
        this.nodeId = ShownText.of(node.getId());
        this.subscription = store.open(proxy, listener);
        this.clustersFirst = ClustersFirst.of(node, subscription);
        this.calleesFirst = new CalleesFirst(subscription);
        this.generations = new TakenGenerations(subscription);
        this.metrics = metrics;
        this.loads = new Loads(subscription);
    }

    /** The client's virtual environments. A change of them is sent by the next {@link #send}. */
    Loads loads() {
        return loads;
    }

    /** Counts one more minute in which the client's virtual environments may have been unused. */
    void minute() {
        List<String> idle = idleClusters.next(
                stream(ResourceType.CLUSTER).heldByName(),
                subscription.named(ResourceType.ROUTE),
                subscription.proxy(),
                subscription.snapshot());
        subscription.unsubscribe(ResourceType.CLUSTER, idle);
        subscription.mark(ResourceType.CLUSTER, idle);
        loads.minute();
    }

    String nextNonce() {
        return Long.toString(++nonces);
    }

    void request(ResourceType type, DeltaDiscoveryRequest request) {
        TypeStream stream = types.get(type);
        boolean first = stream == null;
        if (stream == null) {
            stream = new TypeStream(type, subscription);
            types.put(type, stream);
        }
        reply(type, stream, request);
        unsubscribe(type, stream, request);
        subscribe(type, stream, request, first);
    }

    /** A nonce other than the one in flight is stale, so its acknowledgement or rejection does not count. */
    private void reply(ResourceType type, TypeStream stream, DeltaDiscoveryRequest request) {
        if (!stream.isInFlight(request.getResponseNonce())) {
            return;
        }
        if (!request.hasErrorDetail()) {
            stream.acknowledge();
            return;
        }
        String detail = detail(type, request);
        LOG.debug("{} refused a response of {}: {}", nodeId, type, detail);
        stream.refuse().ifPresent(culprit -> {
            Refusal refusal = refusal(type, culprit, detail);
            LOG.warn("{} refused {} {}: {}", nodeId, type, refusal.name(), refusal.detail());
            metrics.refused(type);
            stream.holdBack(refusal);
        });
    }

    private Refusal refusal(ResourceType type, Item culprit, String detail) {
        StoredResource resource = culprit.resource();
        return new Refusal(
                type, culprit.name(), resource == null ? "" : resource.version(), detail, nodeId, Instant.now());
    }

    /** Shortens the message to one readable line, because Envoy quotes the whole rejected message. */
    private static String detail(ResourceType type, DeltaDiscoveryRequest request) {
        if (type == ResourceType.SECRET) {
            return "(not shown, it may quote the secret)";
        }
        String line = request.getErrorDetail().getMessage().strip().replaceAll("\\s+", " ");
        return line.length() <= MAX_DETAIL ? line : line.substring(0, MAX_DETAIL) + " ...";
    }

    private void unsubscribe(ResourceType type, TypeStream stream, DeltaDiscoveryRequest request) {
        List<String> names = new ArrayList<>(request.getResourceNamesUnsubscribeList());
        if (names.remove(ALL)) {
            stream.unsubscribeWildcard();
            subscription.unsubscribeWildcard(type);
        }
        if (!names.isEmpty()) {
            budget.remove(names.stream().distinct().filter(stream::isNamed).toList());
            subscription.unsubscribe(type, names);
            if (stream.unsubscribe(names)) {
                subscription.mark(type, names);
            }
        }
    }

    private void subscribe(ResourceType type, TypeStream stream, DeltaDiscoveryRequest request, boolean first) {
        List<String> names = new ArrayList<>(request.getResourceNamesSubscribeList());
        // A client of the older protocol sends no names to subscribe to everything.
        boolean all = names.remove(ALL) || (first && names.isEmpty());
        if (first) {
            Map<String, String> has = new HashMap<>(request.getInitialResourceVersionsMap());
            if (!all) {
                has.keySet().retainAll(names);
            }
            budget.add(Sets.difference(has.keySet(), Set.copyOf(names)));
            stream.has(has);
            subscription.mark(type, has.keySet());
            if (type == ResourceType.SCOPED_ROUTE && all) {
                loads.has(has.keySet());
            }
            if (clustersFirst != null && type == ResourceType.CLUSTER) {
                // The server that it was connected to before had subscribed to it for the client.
                stream.subscribe(has.keySet(), true);
                subscription.subscribe(type, has.keySet());
            }
        }
        if (!names.isEmpty()) {
            budget.add(names.stream()
                    .distinct()
                    .filter(name -> !stream.isNamed(name))
                    .toList());
            stream.subscribe(names, first);
            subscription.subscribe(type, names);
            if (type == ResourceType.ROUTE) {
                bringBack(idleClusters.backFor(names, subscription.snapshot()));
            }
        }
        if (all) {
            stream.subscribeWildcard();
            subscription.subscribeWildcard(type);
        }
    }

    private void bringBack(List<String> clusters) {
        stream(ResourceType.CLUSTER).subscribe(clusters, false);
        subscription.subscribe(ResourceType.CLUSTER, clusters);
    }

    /** Sends all resources that may be sent now. */
    void send(CallStreamObserver<DeltaDiscoveryResponse> client) {
        do {
            takeChanges();
            do {
                sendWhatMayGo(client);
            } while (hasDropped());
        } while (types.containsKey(ResourceType.SCOPED_ROUTE)
                && loads.proceed(
                        stream(ResourceType.CLUSTER), stream(ResourceType.SCOPED_ROUTE), stream(ResourceType.ROUTE)));
        tell();
    }

    /** Tells the store what the client has acknowledged, and what it rejects. */
    private void tell() {
        long unsettled = types.values().stream()
                .mapToLong(TypeStream::unsettledSince)
                .min()
                .orElse(Item.ANSWER);
        long clustersAwaited = clustersFirst == null ? Item.ANSWER : clustersFirst.heldSince();
        generations.tell(unfinishedSince(), Math.min(heldSince, Math.min(unsettled, clustersAwaited)));
        subscription.refuses(types.values().stream()
                .flatMap(stream -> stream.refusals().stream())
                .toList());
        // An Envoy subscribes to the routes of its scopes before it acknowledges the scopes.
        if (types.containsKey(ResourceType.SCOPED_ROUTE)
                && heldSince == Item.ANSWER
                && clustersAwaited == Item.ANSWER
                && types.values().stream().allMatch(TypeStream::isIdle)) {
            subscription.begun();
        }
    }

    private boolean hasDropped() {
        boolean any = false;
        for (TypeStream stream : types.values()) {
            any |= stream.takeDropped();
        }
        return any;
    }

    private void sendWhatMayGo(CallStreamObserver<DeltaDiscoveryResponse> client) {
        for (Map.Entry<ResourceType, TypeStream> each : types.entrySet()) {
            ResourceType type = each.getKey();
            TypeStream stream = each.getValue();
            if (!client.isReady()) {
                return;
            }
            Outgoing outgoing = stream.next(changesBefore(type), removalsBefore(type));
            if (outgoing != null) {
                String nonce = nextNonce();
                stream.sent(outgoing, nonce);
                DeltaDiscoveryResponse response = outgoing.toResponse(type.typeUrl(), nonce);
                metrics.sent(type, response.getResourcesCount(), response.getRemovedResourcesCount());
                client.onNext(response);
                outgoing.unanswerable().forEach(name -> warnOnce(type, name));
                bringEndpoints(outgoing);
            }
        }
    }

    private void takeChanges() {
        calleesFirst.offerAgain();
        Map<ResourceType, Map<String, Optional<StoredResource>>> changed = subscription.take();
        if (!changed.isEmpty()) {
            wave++;
        }
        changed = calleesFirst.sift(changed, stream(ResourceType.ROUTE), stream(ResourceType.SCOPED_ROUTE));
        noteHeld();
        if (clustersFirst != null && types.containsKey(ResourceType.CLUSTER)) {
            changed = clustersFirst.sift(changed, stream(ResourceType.CLUSTER), wave);
            if (clustersFirst.takeReleased()) {
                generations.released(wave);
            }
        }
        changed.forEach((type, resources) -> stream(type).offer(resources, wave));
        types.values().forEach(TypeStream::offeredAll);
        generations.taken(wave, subscription.taken());
    }

    private void noteHeld() {
        if (!calleesFirst.isHolding()) {
            if (heldSince != Item.ANSWER) {
                generations.released(wave);
            }
            heldSince = Item.ANSWER;
        } else if (heldSince == Item.ANSWER) {
            heldSince = wave;
        }
    }

    private long unfinishedSince() {
        return types.values().stream()
                .mapToLong(TypeStream::unfinishedSince)
                .min()
                .orElse(Item.ANSWER);
    }

    /** The name is a client's text, so it is shortened to its printable part. */
    private void warnOnce(ResourceType type, String name) {
        String shown = ShownText.of(name);
        if (warned.size() < MAX_WARNINGS && warned.add(type + " " + shown)) {
            LOG.warn("{} asked for {} {}, which does not exist or which it may not have", nodeId, type, shown);
        }
    }

    /** An Envoy that receives a cluster again waits for its endpoints, but does not subscribe to them again. */
    private void bringEndpoints(Outgoing outgoing) {
        List<String> names = outgoing.endpoints().stream()
                .filter(name -> stream(ResourceType.ENDPOINT).isNamed(name))
                .toList();
        if (!names.isEmpty()) {
            stream(ResourceType.ENDPOINT).sendAgain(names);
            subscription.mark(ResourceType.ENDPOINT, names);
            takeChanges();
        }
    }

    /**
     * Resources that can name a cluster are sent after the acknowledgement of the cluster and its endpoints, because an
     * Envoy acknowledges clusters when they are warm. Other resources do not wait. A cluster needs its endpoints and
     * secrets to become warm.
     */
    private long changesBefore(ResourceType type) {
        return switch (type) {
            case CLUSTER, ENDPOINT, SECRET -> Long.MAX_VALUE;
            case LISTENER, SCOPED_ROUTE, ROUTE ->
                Math.min(
                        stream(ResourceType.CLUSTER).additionsSince(),
                        stream(ResourceType.ENDPOINT).additionsSince());
        };
    }

    /**
     * A resource is removed after the resources that name it were updated. A scope is removed together with the arrival
     * of its replacement. A credential does not wait for routes that wait for another proxy. An Envoy acknowledges routes
     * before their new secrets have arrived, and uses the earlier routes until then, so clusters wait for secrets as well.
     * It asks for the secrets before it acknowledges the routes.
     */
    private long removalsBefore(ResourceType type) {
        return switch (type) {
            case CLUSTER, ENDPOINT ->
                stream(ResourceType.SECRET).isAnswering() ? NONE_YET : Math.min(namersUnfinishedSince(), heldSince);
            case SECRET -> namersUnfinishedSince();
            case LISTENER, SCOPED_ROUTE, ROUTE -> changesBefore(type);
        };
    }

    private long namersUnfinishedSince() {
        return Math.min(
                stream(ResourceType.LISTENER).unfinishedSince(),
                Math.min(
                        stream(ResourceType.SCOPED_ROUTE).unfinishedSince(),
                        stream(ResourceType.ROUTE).unfinishedSince()));
    }

    /** No resources wait for a type that the client has not subscribed to. */
    private TypeStream stream(ResourceType type) {
        TypeStream stream = types.get(type);
        return stream == null ? new TypeStream(type, subscription) : stream;
    }

    StreamView view() {
        Map<ResourceType, StreamView.TypeView> views = new EnumMap<>(ResourceType.class);
        types.forEach((type, stream) -> views.put(type, stream.view()));
        return new StreamView(nodeId, subscription.proxy(), since, views);
    }

    void close() {
        loads.end();
        subscription.close();
        budget.close();
    }
}
