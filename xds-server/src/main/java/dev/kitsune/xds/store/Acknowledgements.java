package dev.kitsune.xds.store;

import com.google.common.collect.Multimaps;
import com.google.common.collect.Sets;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.VirtualEnvironmentKey;
import dev.kitsune.model.snapshot.SnapshotView;
import dev.kitsune.xds.store.TouchedVirtualEnvironments.Touches;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers what the proxies have of a virtual environment. Publishes are numbered, so this compares two numbers for each
 * stream that has it: the publish that changed it last, and the first one that the stream's client has not acknowledged.
 * Streams keep nothing for it except while they load it. Guarded by the store's lock.
 */
final class Acknowledgements {
    private final Wildcards wildcards;
    private final Handover handover;
    private final RefusedResources refused;
    private final TouchedVirtualEnvironments touched;
    private final UnsettledChanges changes = new UnsettledChanges();
    private long examined;

    Acknowledgements(
            Wildcards wildcards, Handover handover, RefusedResources refused, TouchedVirtualEnvironments touched) {
        this.wildcards = wildcards;
        this.handover = handover;
        this.refused = refused;
        this.touched = touched;
    }

    void listen(TouchListener listener) {
        touched.listen(listener);
    }

    /** A publish has ended, which the streams owe an acknowledgement from now on. */
    void published(SnapshotView view, Set<SnapshotKey<?>> changed) {
        List<VirtualEnvironmentName> names = changed.stream()
                .filter(VirtualEnvironmentKey.class::isInstance)
                .map(key -> ((VirtualEnvironmentKey) key).name())
                .toList();
        touched.add(names);
        if (handover.isAnyoneBehind()) {
            for (VirtualEnvironmentName name : names) {
                if (view.virtualEnvironment(name) == null) {
                    changes.remove(name);
                } else {
                    changes.add(name, handover.generation());
                }
            }
        }
    }

    /** A client has acknowledged something, or its stream has ended. */
    void acknowledged(Subscription subscription, long owed) {
        if (owed != subscription.owes) {
            touched.acknowledged(owed, subscription.owes == 0 ? Long.MAX_VALUE : subscription.owes);
        }
        if (!handover.isAnyoneBehind()) {
            touched.resolve(changes);
            changes.clear();
        }
    }

    /** A client loads a virtual environment, or has loaded it. */
    void touch(VirtualEnvironmentName virtualEnvironment) {
        touched.add(List.of(virtualEnvironment));
    }

    /** A stream begins or ceases to follow something, or its client has got what it connected for. */
    void touch(Followed one) {
        if (touched.isListening() && one instanceof Wildcard wildcard && isOfScopes(wildcard)) {
            touched.add(wildcard.virtualEnvironments());
        }
    }

    private static boolean isOfScopes(Wildcard wildcard) {
        return wildcard.loaded != null || wildcard.type == ResourceType.SCOPED_ROUTE;
    }

    void refusals(ClientRefusals before, ClientRefusals now) {
        touched.add(Sets.union(before.owners(), now.owners()));
        touched.addShared(Sets.union(before.shared(), now.shared()));
    }

    Touches take() {
        touched.resolve(changes);
        return touched.take();
    }

    /** The number of virtual environments whose newest change some client owes, for tests of the cost. */
    int unsettled() {
        return changes.size();
    }

    /** How many streams have been examined for answers, for tests of the cost. */
    long examined() {
        return examined;
    }

    AtProxies of(VirtualEnvironmentName virtualEnvironment, SnapshotView view) {
        long changed = changes.of(virtualEnvironment);
        List<Wildcard> holding = wildcards.holding(virtualEnvironment);
        AtProxies found =
                AtProxies.NONE.without(refused.of(virtualEnvironment, scopes(virtualEnvironment, holding), view));
        for (Map.Entry<Clientele, Collection<Wildcard>> each :
                Multimaps.index(holding, wildcard -> wildcard.clientele).asMap().entrySet()) {
            for (Subscription stream : each.getKey().subscriptions()) {
                examined++;
                if (has(virtualEnvironment, stream, each.getValue())) {
                    found = found.with(
                            refusal(virtualEnvironment, stream, each.getValue(), view),
                            stream.hasAcknowledged(virtualEnvironment, changed));
                }
            }
        }
        return found;
    }

    /** Whether a stream's client has scopes of a virtual environment. */
    private static boolean has(
            VirtualEnvironmentName virtualEnvironment, Subscription stream, Collection<Wildcard> holding) {
        boolean ofClusters = false;
        boolean ofScopes = false;
        for (Wildcard wildcard : holding) {
            if (stream.follows(wildcard)) {
                boolean scopes = wildcard.type == ResourceType.SCOPED_ROUTE;
                if (scopes && !wildcard.names(virtualEnvironment).isEmpty()) {
                    return true;
                }
                ofScopes |= scopes;
                ofClusters |= !scopes;
            }
        }
        // While its requests are counted, the client has counted scopes, which its stream names one by one.
        return ofClusters && !ofScopes && !stream.isLoading(virtualEnvironment);
    }

    private static @Nullable Refusal refusal(
            VirtualEnvironmentName virtualEnvironment,
            Subscription stream,
            Collection<Wildcard> holding,
            SnapshotView view) {
        return stream.refusals().isEmpty()
                ? null
                : stream.refusals()
                        .of(
                                virtualEnvironment,
                                scopes(
                                        virtualEnvironment,
                                        holding.stream().filter(stream::follows).toList()),
                                view);
    }

    private static List<String> scopes(VirtualEnvironmentName virtualEnvironment, Collection<Wildcard> holding) {
        return holding.stream()
                .filter(wildcard -> wildcard.type == ResourceType.SCOPED_ROUTE)
                .flatMap(wildcard -> wildcard.names(virtualEnvironment).stream())
                .toList();
    }
}
