package dev.kitsune.k8s.state;

import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiWork;
import dev.kitsune.model.expiry.Seen;
import dev.kitsune.model.expiry.SightingListener;
import dev.kitsune.model.expiry.SightingStore;
import dev.kitsune.model.expiry.Sightings;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.source.Deciding;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The times of a cluster: {@code status.expiry} of each virtual environment with a limit of idle time, or that has
 * expired. Its age counts from its creation, by the API server's clock. A virtual environment has expired for every
 * replica as soon as its status says so, because the replicas' clocks differ.
 */
public final class ClusterSightings implements SightingStore, ResourceListener, AutoCloseable {
    private final ApiConnection connection;
    private final Deciding deciding;
    private final LifeSign life;
    private final StatusField field;
    private final ApiWork<ObjectKey> work = new ApiWork<>("kubernetes-expiry", this::work);

    /** Guarded by this, like all fields below. */
    private final Map<ObjectKey, StoredExpiry> stored = new HashMap<>();

    private PMap<ObjectKey, Expired> expired = HashTreePMap.empty();
    private PMap<ObjectKey, Expired> told = HashTreePMap.empty();
    /** Null until this process has looked for the first time. */
    private @Nullable PMap<ObjectKey, Expired> found;

    private Map<ObjectKey, Seen> seen = Map.of();
    private @Nullable SightingListener listener;

    /** The time until which a replica ran before this process. */
    @FunctionalInterface
    public interface LifeSign {
        Instant until();
    }

    /**
     * A store that has heard of nothing yet.
     *
     * @param config of a client with the rights of Kitsune
     * @param deciding nothing is written while this process does not decide
     * @param pace of all writes of this process
     */
    public ClusterSightings(Config config, Deciding deciding, LifeSign life, Pace pace) {
        this.connection = new ApiConnection(config);
        this.deciding = deciding;
        this.life = life;
        this.field = new StatusField("expiry", connection.client(AnswerTime.OBJECT), pace);
    }

    @Override
    public void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
        if (key.kind() != Kind.VirtualEnvironment) {
            return;
        }
        StoredExpiry now = StoredExpiry.of(resource);
        StoredExpiry before;
        SightingListener to;
        synchronized (this) {
            before = stored.put(key, now);
            expired = now.expired() == null ? expired.minus(key) : expired.plus(key, now.expired());
            to = listener;
        }
        if (!now.equals(before)) {
            work.of(key);
            if (to != null && now.lastUsed() != null) {
                to.used(key.virtualEnvironmentName(), now.lastUsed());
            }
        }
    }

    @Override
    public synchronized void removed(ObjectKey key) {
        stored.remove(key);
        expired = expired.minus(key);
    }

    @Override
    public Optional<Sightings> load() {
        Map<ObjectKey, Seen> times = new HashMap<>();
        synchronized (this) {
            stored.forEach((key, one) -> times.put(key, one.seen()));
        }
        return Optional.of(new Sightings(life.until(), times, Map.of()));
    }

    @Override
    public List<Problem> problems() {
        return List.of();
    }

    /** The uses are in the status already, and the rest is written if it differs by more than a minute. */
    @Override
    public Optional<String> keep(Sightings sightings) {
        Set<ObjectKey> outdated = new HashSet<>();
        synchronized (this) {
            seen = sightings.seen();
            stored.keySet().stream().filter(this::isOutdated).forEach(outdated::add);
        }
        outdated.forEach(work::of);
        return Optional.empty();
    }

    @Override
    public PMap<ObjectKey, Expired> expired(PMap<ObjectKey, Expired> by) {
        Set<ObjectKey> outdated = new HashSet<>();
        PMap<ObjectKey, Expired> counting;
        synchronized (this) {
            if (found != by) {
                outdated.addAll(by.keySet());
                outdated.addAll(expired.keySet());
                outdated.removeIf(key -> Objects.equals(by.get(key), expired.get(key)));
            }
            found = by;
            told = expired;
            counting = expired;
        }
        outdated.forEach(work::of);
        return counting;
    }

    @Override
    public void watch(SightingListener to) {
        synchronized (this) {
            listener = to;
        }
        work.start();
    }

    /** This process decides from now on, or does not decide any more. */
    public void decidingChanged() {
        Set<ObjectKey> outdated = new HashSet<>();
        synchronized (this) {
            stored.keySet().stream().filter(this::isOutdated).forEach(outdated::add);
        }
        outdated.forEach(work::of);
    }

    private boolean isOutdated(ObjectKey key) {
        StoredExpiry there = stored.get(key);
        Seen times = seen.get(key);
        return there != null
                && found != null
                && (!Objects.equals(found.get(key), there.expired())
                        || (times != null && !there.isAboutIdleSince(times.idleSince())));
    }

    private void work(Set<ObjectKey> keys) {
        SightingListener news;
        synchronized (this) {
            news = expired.equals(told) ? null : listener;
        }
        if (news != null) {
            news.expired();
        }
        keys.forEach(this::write);
    }

    private void write(ObjectKey key) {
        Expired by;
        Instant idleSince;
        synchronized (this) {
            StoredExpiry there = stored.get(key);
            if (there == null || !isOutdated(key) || !deciding.decides()) {
                return;
            }
            by = found == null ? null : found.get(key);
            Seen times = seen.get(key);
            idleSince = times == null ? there.idleSince() : times.idleSince();
        }
        if (!field.replace(key, StoredExpiry.form(idleSince, by), deciding)) {
            work.of(key);
        }
    }

    @Override
    public void close() {
        work.close();
        connection.close();
    }
}
