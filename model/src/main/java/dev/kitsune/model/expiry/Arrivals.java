package dev.kitsune.model.expiry;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The time at which each object was first seen, which decides precedence. An object that is deleted and added again is
 * new, unless another object needed it in the meantime. Workloads are not included, because they never compete with
 * each other.
 *
 * @param all the arrivals of existing objects, and of objects that an earlier process knew and that have not been read
 *     yet
 * @param created the same times in the form that resolving uses
 * @param settled whether objects that only an earlier process knew were already removed
 */
public record Arrivals(PMap<ObjectKey, Arrival> all, PMap<ObjectKey, Instant> created, boolean settled) {
    public static final Arrivals NONE = new Arrivals(HashTreePMap.empty(), HashTreePMap.empty(), true);

    /** Returns the arrivals that an earlier process stored. */
    public static Arrivals kept(Map<ObjectKey, Arrival> all) {
        return new Arrivals(NONE.all, NONE.created, false).plus(all);
    }

    private Arrivals plus(Map<ObjectKey, Arrival> more) {
        Arrivals next = this;
        for (Map.Entry<ObjectKey, Arrival> one : more.entrySet()) {
            next = next.with(one.getKey(), one.getValue());
        }
        return next;
    }

    private Arrivals with(ObjectKey key, @Nullable Arrival arrival) {
        return arrival == null
                ? new Arrivals(all.minus(key), created.minus(key), settled)
                : new Arrivals(all.plus(key, arrival), created.plus(key, arrival.first()), settled);
    }

    /**
     * Returns the arrivals after a change. The deciding process updates the file of each object, and removes deleted
     * objects.
     */
    public Arrivals next(CatalogChange change, Collection<ObjectKey> changed, Instant now) {
        Arrivals next = following(change, changed, now);
        Map<ObjectKey, Manifest<?>> manifests = change.catalog().manifests();
        for (ObjectKey key : changed) {
            Manifest<?> manifest = manifests.get(key);
            Arrival known = next.all.get(key);
            if (change.catalog().presentOrNeeded(key) == null) {
                next = next.with(key, null);
            } else if (manifest != null && known != null) {
                next = next.with(
                        key, new Arrival(known.first(), manifest.position().file()));
            }
        }
        boolean clean = !manifests.isEmpty() && change.problems().stream().noneMatch(Problem::isError);
        return next.settled || !clean ? next : next.without(change.catalog());
    }

    /**
     * Returns the arrivals after a change in a following process. It removes nothing, because the deciding process may
     * have read objects that this one has not read yet.
     */
    public Arrivals following(CatalogChange change, Collection<ObjectKey> changed, Instant now) {
        Map<ObjectKey, Manifest<?>> manifests = change.catalog().manifests();
        Arrivals next = this;
        for (ObjectKey key : changed) {
            Manifest<?> manifest = manifests.get(key);
            if (manifest != null && key.kind().isCustomResource() && !next.all.containsKey(key)) {
                next = next.with(
                        key,
                        new Arrival(
                                next.first(manifest, manifests, now),
                                manifest.position().file()));
            }
        }
        return next;
    }

    /**
     * An app belongs to the namespace in which it was first seen. An app deployment that is added there later counts as
     * old as the app.
     */
    private Instant first(Manifest<?> manifest, Map<ObjectKey, Manifest<?>> manifests, Instant now) {
        if (!(manifest.spec() instanceof AppDeployment deployment)) {
            return now;
        }
        Instant first = now;
        for (Map.Entry<ObjectKey, Arrival> one : all.entrySet()) {
            ObjectKey key = one.getKey();
            boolean near = key.kind() == Kind.AppDeployment
                    && key.namespace().equals(manifest.key().namespace())
                    && one.getValue().first().isBefore(first);
            Manifest<?> other = near ? manifests.get(key) : null;
            if (other != null
                    && other.spec() instanceof AppDeployment of
                    && of.app().equals(deployment.app())) {
                first = one.getValue().first();
            }
        }
        return first;
    }

    private Arrivals without(Catalog catalog) {
        Set<ObjectKey> gone = new HashSet<>(all.keySet());
        gone.removeIf(key -> catalog.presentOrNeeded(key) != null);
        return new Arrivals(all.minusAll(gone), created.minusAll(gone), true);
    }

    /** Merges the arrivals that another process stored. The earlier of two times counts. */
    public Arrivals merged(Map<ObjectKey, Arrival> others) {
        Arrivals next = this;
        for (Map.Entry<ObjectKey, Arrival> one : others.entrySet()) {
            Arrival known = next.all.get(one.getKey());
            if (known == null || one.getValue().first().isBefore(known.first())) {
                next = next.with(one.getKey(), one.getValue());
            }
        }
        return next;
    }

    /** Returns the objects whose time of first sight differs from {@code before}. */
    public Set<ObjectKey> changedSince(Arrivals before) {
        if (created == before.created) {
            return Set.of();
        }
        Set<ObjectKey> keys = new HashSet<>(created.keySet());
        keys.addAll(before.created.keySet());
        keys.removeIf(key -> Objects.equals(created.get(key), before.created.get(key)));
        return keys;
    }
}
