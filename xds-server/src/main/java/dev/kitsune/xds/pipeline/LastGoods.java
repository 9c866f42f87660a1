package dev.kitsune.xds.pipeline;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.release.Decision;
import dev.kitsune.model.resolve.Catalog;
import dev.kitsune.model.resolve.CatalogChange;
import dev.kitsune.model.source.LastGoodStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good versions of objects: of those that cannot be read, of virtual environments that nothing can be made of, and of
 * what is deleted and still needed. The next process goes on from them.
 */
final class LastGoods {
    private static final Logger log = LoggerFactory.getLogger(LastGoods.class);

    private final LastGoodStore store;
    private final boolean follows;
    private final Executor executor;
    private final Runnable news;

    /** What is wanted to be kept. Guarded by this, as all below. */
    private PMap<ObjectKey, Manifest<?>> wanted = HashTreePMap.empty();

    private final Map<ObjectKey, Manifest<?>> kept = new HashMap<>();
    private Set<ObjectKey> changed = Set.of();
    private boolean keeping;

    LastGoods(LastGoodStore store, boolean follows, Executor executor, Runnable news) {
        this.store = store;
        this.follows = follows;
        this.executor = executor;
        this.news = news;
    }

    void begin() {
        Map<ObjectKey, Manifest<?>> loaded = store.load();
        synchronized (this) {
            kept.putAll(loaded);
            wanted = HashTreePMap.from(loaded);
        }
    }

    void watch() {
        if (follows) {
            store.watch(this::told);
        }
    }

    private void told(Map<ObjectKey, Manifest<?>> all) {
        synchronized (this) {
            Set<ObjectKey> differ = new HashSet<>(changed);
            differ.addAll(all.keySet());
            differ.addAll(wanted.keySet());
            wanted = HashTreePMap.from(all);
            changed = differ;
        }
        news.run();
    }

    /** A change with what is known of last good versions. */
    synchronized CatalogChange with(CatalogChange change) {
        Catalog catalog = change.catalog().withLastGood(wanted);
        Set<ObjectKey> objects = new HashSet<>(change.objects());
        objects.addAll(changed);
        changed = Set.of();
        if (follows) {
            PMap<ObjectKey, Manifest<?>> manifests = catalog.manifests();
            for (ObjectKey key : change.standIns()) {
                Manifest<?> other = wanted.get(key);
                manifests = other == null ? manifests : manifests.plus(key, other);
            }
            catalog = catalog.withManifests(manifests);
        }
        return new CatalogChange(catalog, objects, change.secrets(), change.problems(), change.standIns());
    }

    /** Begins to keep what goes on in its last good version after a decision. */
    void decided(CatalogChange change, Decision decision) {
        if (follows) {
            return;
        }
        Map<ObjectKey, Manifest<?>> now = new HashMap<>(decision.resolution().lastGood());
        Map<ObjectKey, Manifest<?>> files = decision.releases().files().manifests();
        decision.releases().held().keySet().forEach(key -> put(now, key, files));
        change.standIns().forEach(key -> put(now, key, files));
        boolean work;
        synchronized (this) {
            wanted = HashTreePMap.from(now);
            work = !keeping && !wanted.equals(kept);
            keeping |= work;
        }
        if (work) {
            executor.execute(this::keep);
        }
    }

    private static void put(Map<ObjectKey, Manifest<?>> into, ObjectKey key, Map<ObjectKey, Manifest<?>> files) {
        Manifest<?> manifest = files.get(key);
        if (manifest != null) {
            into.putIfAbsent(key, manifest);
        }
    }

    /** What cannot be kept is tried again with the next change: it is served all the same. */
    private void keep() {
        Set<ObjectKey> failed = new HashSet<>();
        while (true) {
            ObjectKey key;
            Manifest<?> manifest;
            synchronized (this) {
                key = differing(failed);
                if (key == null) {
                    keeping = false;
                    return;
                }
                manifest = wanted.get(key);
            }
            Optional<String> why = store.keep(key, manifest);
            if (why.isPresent()) {
                failed.add(key);
                log.warn("the last good version of {} cannot be kept: {}", key, why.get());
            } else {
                synchronized (this) {
                    if (manifest == null) {
                        kept.remove(key);
                    } else {
                        kept.put(key, manifest);
                    }
                }
            }
        }
    }

    private @Nullable ObjectKey differing(Set<ObjectKey> without) {
        Set<ObjectKey> keys = new HashSet<>(wanted.keySet());
        keys.addAll(kept.keySet());
        keys.removeAll(without);
        return keys.stream()
                .filter(key -> !Objects.equals(wanted.get(key), kept.get(key)))
                .findFirst()
                .orElse(null);
    }
}
