package dev.kitsune.xds.pipeline;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.release.Decision;
import dev.kitsune.model.release.Releases;
import dev.kitsune.model.resolve.LastGood;
import dev.kitsune.model.source.LastGoodStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good versions of all objects, for reading and resolving invalid objects, and for the next process. A
 * following process uses the versions that the other process stores.
 */
final class LastGoods {
    private static final Logger log = LoggerFactory.getLogger(LastGoods.class);

    private final LastGoodStore store;
    private final boolean judges;
    private final boolean shared;
    private final boolean missingIsGone;
    private final Executor executor;
    private final NewsListener listener;

    /** Guarded by this, like all fields below. */
    private PMap<ObjectKey, Manifest<?>> versions = HashTreePMap.empty();

    private final Map<String, Map<ObjectKey, Manifest<?>>> byFile = new HashMap<>();

    /** The changes that no decision has seen yet. */
    private final Set<ObjectKey> fresh = new HashSet<>();

    private final Set<ObjectKey> unkept = new HashSet<>();
    private final Set<ObjectKey> invalid = new HashSet<>();
    private boolean begun;
    private boolean keeping;

    LastGoods(Stores stores, Executor executor, NewsListener listener) {
        this.store = stores.lastGood();
        this.judges = stores.judges();
        this.shared = stores.shared();
        this.missingIsGone = stores.missingIsGone();
        this.executor = executor;
        this.listener = listener;
    }

    void watch() {
        if (shared) {
            store.watch(told -> {
                take(told);
                listener.hasNews();
            });
        }
    }

    private synchronized void take(Map<ObjectKey, Optional<Manifest<?>>> told) {
        begin();
        PMap<ObjectKey, Manifest<?>> next = versions;
        Set<ObjectKey> keys = new HashSet<>();
        for (Map.Entry<ObjectKey, Optional<Manifest<?>>> of : told.entrySet()) {
            Manifest<?> version = of.getValue().orElse(null);
            if (!Objects.equals(versions.get(of.getKey()), version)) {
                next = version == null ? next.minus(of.getKey()) : next.plus(of.getKey(), version);
                keys.add(of.getKey());
            }
        }
        replace(next, keys);
        fresh.addAll(keys);
    }

    private void replace(PMap<ObjectKey, Manifest<?>> next, Collection<ObjectKey> changed) {
        for (ObjectKey key : changed) {
            Manifest<?> old = versions.get(key);
            if (old != null) {
                byFile.computeIfPresent(old.position().file(), (file, of) -> {
                    of.remove(key);
                    return of.isEmpty() ? null : of;
                });
            }
            Manifest<?> now = next.get(key);
            if (now != null) {
                byFile.computeIfAbsent(now.position().file(), file -> new TreeMap<>())
                        .put(key, now);
            }
        }
        versions = next;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            PMap<ObjectKey, Manifest<?>> loaded = HashTreePMap.from(store.load());
            replace(loaded, loaded.keySet());
            fresh.addAll(loaded.keySet());
        }
    }

    /** Returns the last good versions of the objects of a file. */
    synchronized List<Manifest<?>> in(String file) {
        begin();
        return List.copyOf(byFile.getOrDefault(file, Map.of()).values());
    }

    /** Returns a change together with the known last good versions. */
    synchronized CatalogChange with(CatalogChange change) {
        begin();
        if (missingIsGone) {
            Set<ObjectKey> gone = new HashSet<>(change.objects());
            gone.removeIf(change.catalog().manifests()::containsKey);
            replace(versions.minusAll(gone), gone);
        }
        Set<ObjectKey> objects = new HashSet<>(change.objects());
        objects.addAll(fresh);
        fresh.clear();
        return change.with(change.catalog().withLastGood(versions), objects, change.problems());
    }

    /** Takes over the versions that a decision accepted, and begins to store them. */
    void decided(CatalogChange change, Releases before, Decision decision) {
        boolean work;
        synchronized (this) {
            if (!judges) {
                return;
            }
            LastGood next = decision.lastGood(before, change);
            adopt(next);
            fresh.addAll(next.again());
            // Versions that are no longer needed were kept until now.
            next.changed().stream().filter(key -> !versions.containsKey(key)).forEach(fresh::add);
            unkept.addAll(next.changed());
            invalid.addAll(next.invalid());
            work = !keeping && !(unkept.isEmpty() && invalid.isEmpty());
            keeping |= work;
        }
        if (work) {
            executor.execute(this::keep);
        }
    }

    /** A version that another process told during the decision stays. */
    private void adopt(LastGood decided) {
        PMap<ObjectKey, Manifest<?>> next = versions;
        for (ObjectKey key : decided.changed()) {
            Manifest<?> version = decided.versions().get(key);
            next = version == null ? next.minus(key) : next.plus(key, version);
        }
        replace(next, decided.changed());
    }

    /** Whether there are changes that the last decision did not see. */
    synchronized boolean hasNews() {
        return !fresh.isEmpty();
    }

    /** If storing fails, it is tried again with the next change. The versions are served anyway. */
    private void keep() {
        while (true) {
            PMap<ObjectKey, Manifest<?>> all;
            Set<ObjectKey> changed;
            Set<ObjectKey> standing;
            synchronized (this) {
                if (unkept.isEmpty() && invalid.isEmpty()) {
                    keeping = false;
                    return;
                }
                all = versions;
                changed = Set.copyOf(unkept);
                standing = Set.copyOf(invalid);
                unkept.clear();
                invalid.clear();
            }
            Optional<String> why = store.keep(all, changed, standing);
            if (why.isPresent()) {
                synchronized (this) {
                    unkept.addAll(changed);
                    invalid.addAll(standing);
                    keeping = false;
                }
                log.warn("the last good versions of objects cannot be saved: {}", why.get());
                return;
            }
        }
    }
}
