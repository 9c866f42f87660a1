package dev.kitsune.k8s.state;

import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.read.StoredVersion;
import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiWork;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.model.source.LastGoodListener;
import dev.kitsune.model.source.LastGoodStore;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The last good versions of a cluster: {@code status.lastGood} of each custom resource that is invalid now. It hears of
 * the resources from the source, which must have this as a listener. Every replica finds out by itself what is good. The
 * status counts where it says something else, because a replica may have missed a version that was good for a moment.
 */
public final class ClusterLastGoods implements LastGoodStore, ResourceListener, AutoCloseable {
    private final ApiConnection connection;
    private final Deciding deciding;
    private final StatusField field;
    private final ApiWork<ObjectKey> work = new ApiWork<>("kubernetes-last-good", this::work);

    /** Guarded by this, like all fields below. */
    private final Map<ObjectKey, ObjectVersions> objects = new HashMap<>();

    private final Map<ObjectKey, StoredVersion> told = new HashMap<>();
    private @Nullable LastGoodListener listener;

    /**
     * A store that has heard of nothing yet.
     *
     * @param config of a client with the rights of Kitsune
     * @param deciding nothing is written while this process does not decide
     * @param pace of all writes of this process
     */
    public ClusterLastGoods(Config config, Deciding deciding, Pace pace) {
        this.connection = new ApiConnection(config);
        this.deciding = deciding;
        this.field = new StatusField("lastGood", connection.client(AnswerTime.OBJECT), pace);
    }

    @Override
    public void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
        synchronized (this) {
            ObjectVersions versions = objects.computeIfAbsent(key, of -> new ObjectVersions());
            StoredVersion before = versions.stored();
            StoredVersion stored = StoredVersion.of(key, resource);
            versions.see(resource, stored, manifest);
            if (Objects.equals(before, stored) && !versions.isOutdated()) {
                return;
            }
        }
        work.of(key);
    }

    @Override
    public synchronized void removed(ObjectKey key) {
        objects.remove(key);
        told.remove(key);
    }

    @Override
    public synchronized Map<ObjectKey, Manifest<?>> load() {
        Map<ObjectKey, Manifest<?>> versions = new HashMap<>();
        objects.forEach((key, of) -> {
            StoredVersion stored = of.stored();
            if (stored != null) {
                told.put(key, stored);
                versions.put(key, stored.manifest());
            }
        });
        return versions;
    }

    @Override
    public Optional<String> keep(
            Map<ObjectKey, Manifest<?>> versions, Collection<ObjectKey> changed, Collection<ObjectKey> invalid) {
        Set<ObjectKey> judged = new HashSet<>(changed);
        judged.addAll(invalid);
        Set<ObjectKey> outdated = new HashSet<>();
        synchronized (this) {
            for (ObjectKey key : judged) {
                ObjectVersions of = objects.get(key);
                if (of != null) {
                    of.judged(versions.get(key), invalid.contains(key));
                    if (of.isOutdated()) {
                        outdated.add(key);
                    }
                }
            }
        }
        outdated.forEach(work::of);
        return Optional.empty();
    }

    @Override
    public void watch(LastGoodListener to) {
        synchronized (this) {
            listener = to;
        }
        work.start();
    }

    /** This process decides from now on, or does not decide any more. */
    public void decidingChanged() {
        Set<ObjectKey> outdated = new HashSet<>();
        synchronized (this) {
            objects.forEach((key, of) -> {
                if (of.isOutdated()) {
                    outdated.add(key);
                }
            });
        }
        outdated.forEach(work::of);
    }

    private void work(Set<ObjectKey> keys) {
        tell(keys);
        if (deciding.decides()) {
            keys.forEach(this::write);
        }
    }

    /** What this process has written itself, it knows. */
    private void tell(Set<ObjectKey> keys) {
        Map<ObjectKey, Optional<Manifest<?>>> news = new HashMap<>();
        LastGoodListener to;
        synchronized (this) {
            for (ObjectKey key : keys) {
                ObjectVersions of = objects.get(key);
                StoredVersion stored = of == null ? null : of.stored();
                if (stored == null) {
                    told.remove(key);
                } else if (!stored.equals(told.put(key, stored)) && !deciding.decides()) {
                    news.put(key, Optional.of(stored.manifest()));
                }
            }
            to = listener;
        }
        if (to != null && !news.isEmpty()) {
            to.kept(news);
        }
    }

    private void write(ObjectKey key) {
        ObjectText wanted;
        synchronized (this) {
            ObjectVersions of = objects.get(key);
            if (of == null || !of.isOutdated()) {
                return;
            }
            wanted = of.wanted();
        }
        if (!field.replace(key, wanted == null ? null : wanted.stored(), deciding)) {
            work.of(key);
        }
    }

    @Override
    public void close() {
        work.close();
        connection.close();
    }
}
