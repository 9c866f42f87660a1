package dev.kitsune.xds.store;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.VirtualEnvironmentKey;
import dev.kitsune.model.snapshot.SnapshotView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls translation, records the keys that it reads, and counts the calls. An exception in translation is a bug, and so
 * is a resource that Envoy would reject. The bug is logged and affects only its own resource, which keeps its earlier
 * version.
 */
final class Production {
    private static final Logger LOG = LoggerFactory.getLogger(Production.class);

    private final Resources resources;
    private final AtomicLong calls = new AtomicLong();
    private final Counter counter;
    private final RefusedResources refused;

    Production(Resources resources, RefusedResources refused, MeterRegistry meters) {
        this.resources = resources;
        this.refused = refused;
        this.counter = Counter.builder("kitsune.translator.calls")
                .description("How often translation was asked for a resource, a membership or an entitlement")
                .register(meters);
    }

    /**
     * A resource, and the keys that it was made from.
     *
     * @param refusal why it is not published as it was made; null if it is published
     */
    record Produced(
            @Nullable StoredResource resource,
            Set<SnapshotKey<?>> read,
            @Nullable RefusedResource refusal) {}

    /**
     * Names of a wildcard. A virtual environment's own key is left out of what was read, because every wildcard follows
     * it.
     *
     * @param names null if they could not be found, so that the earlier names stay
     */
    record WildcardNames(@Nullable List<String> names, Set<SnapshotKey<?>> read) {}

    /**
     * Whether an audience may have a resource.
     *
     * @param kept whether it may keep the resource for a while, although it may not have it
     */
    record Decided(boolean allowed, boolean kept, Set<SnapshotKey<?>> read) {}

    /** A proxy's audience. */
    record Found(Audience audience, Set<SnapshotKey<?>> read) {}

    /** @param earlier its served version, which stays if the new one cannot be published */
    Produced resource(Snapshot from, ResourceKey key, @Nullable StoredResource earlier) {
        count();
        RecordingView view = new RecordingView(from);
        RefusedResource refusal;
        try {
            Optional<Translated> made = resources.translate(key.type(), key.name(), view);
            List<ConfigurationFault> faults = made.map(this::faults).orElse(List.of());
            if (faults.isEmpty()) {
                return new Produced(stored(key, made), view.keys(), null);
            }
            refusal = RefusedResource.of(key, faults, earlier != null);
        } catch (RuntimeException e) {
            LOG.error("{} {} could not be translated; the earlier version stays in force", key.type(), key.name(), e);
            String reason = "its translation ended with " + e.getClass().getSimpleName();
            refusal = new RefusedResource(key.type(), key.name(), List.of(reason), null, earlier != null);
        }
        StoredResource served = earlier != null ? earlier : stored(key, resources.atFault(key.type(), key.name()));
        return new Produced(served, view.keys(), refusal);
    }

    /** Records whether a resource is published as it was made. Called under the store's lock. */
    void note(ResourceKey key, @Nullable RefusedResource refusal) {
        if (refusal == null) {
            refused.remove(key);
        } else if (refused.add(key, refusal)) {
            LOG.error(refusal.sentence());
        }
    }

    /** A bug in the gate must not block a resource. */
    private List<ConfigurationFault> faults(Translated made) {
        try {
            return resources.faults(made);
        } catch (RuntimeException e) {
            LOG.error("a resource could not be checked, and is published unchecked", e);
            return List.of();
        }
    }

    /** Returns the resources that are not published as they were made. */
    List<RefusedResource> refused() {
        return refused.all();
    }

    /** No stream subscribes to it any more. */
    void forget(ResourceKey key) {
        refused.remove(key);
    }

    /** Returns the replacement of a resource to which a proxy has no right. */
    @Nullable
    StoredResource withheld(ResourceKey key) {
        return stored(key, resources.withheld(key.type(), key.name()));
    }

    private static @Nullable StoredResource stored(ResourceKey key, Optional<Translated> made) {
        return made.map(translated -> StoredResource.of(key.type(), key.name(), translated))
                .orElse(null);
    }

    WildcardNames names(Snapshot from, NamesKey key) {
        count();
        RecordingView view = new RecordingView(from);
        @Nullable List<String> names = null;
        try {
            names = List.copyOf(
                    key.isStanding() ? resources.wildcard(key.type(), key.audience(), view) : fitting(key, view));
        } catch (RuntimeException e) {
            LOG.error(
                    "the {} names of {} in \"{}\" could not be found; they stay",
                    key.type(),
                    key.audience(),
                    key.of(),
                    e);
        }
        Set<SnapshotKey<?>> read = new HashSet<>(view.keys());
        read.remove(new VirtualEnvironmentKey(key.of().virtualEnvironment()));
        return new WildcardNames(names, Set.copyOf(read));
    }

    private List<String> fitting(NamesKey key, SnapshotView view) {
        return resources.wildcard(key.type(), key.audience(), key.of().virtualEnvironment(), view).stream()
                .filter(key.of()::fits)
                .toList();
    }

    /** In case of doubt, there is no right. */
    Decided entitled(Snapshot from, Right right) {
        count();
        RecordingView view = new RecordingView(from);
        ResourceKey key = right.resource();
        try {
            boolean allowed = resources.entitled(right.audience(), key.type(), key.name(), view);
            boolean kept = !allowed && resources.keeps(right.audience(), key.type(), key.name(), view);
            return new Decided(allowed, kept, view.keys());
        } catch (RuntimeException e) {
            LOG.error(
                    "whether {} may have {} {} could not be decided: it may not",
                    right.audience(),
                    key.type(),
                    key.name(),
                    e);
            return new Decided(false, false, view.keys());
        }
    }

    /** @param earlier the proxy's audience until now, which stays if the new one cannot be found; null for none */
    Found audience(Snapshot from, Proxy proxy, @Nullable Audience earlier) {
        RecordingView view = new RecordingView(from);
        try {
            return new Found(resources.audience(proxy, view), view.keys());
        } catch (RuntimeException e) {
            if (earlier == null) {
                throw e;
            }
            LOG.error("the audience of {} could not be found; it stays", proxy, e);
            return new Found(earlier, view.keys());
        }
    }

    long calls() {
        return calls.get();
    }

    private void count() {
        calls.incrementAndGet();
        counter.increment();
    }
}
