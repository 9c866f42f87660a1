package dev.kitsune.model.resolve;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/**
 * The last served version of each object, as it was read. For a valid object, this is the object itself, so its last
 * good version is already known when an edit breaks it. Pure.
 *
 * @param versions by object
 * @param changed the objects whose version has changed
 * @param again the changed objects on which an object with errors depends, so that it must be resolved again
 * @param invalid the examined objects whose version stands in for what was read
 */
public record LastGood(
        PMap<ObjectKey, Manifest<?>> versions, Set<ObjectKey> changed, Set<ObjectKey> again, Set<ObjectKey> invalid) {
    /**
     * After a resolution.
     *
     * @param read all objects that are there, and what changed in them
     * @param resolution of them
     */
    public static LastGood next(PMap<ObjectKey, Manifest<?>> before, CatalogChange read, Resolution resolution) {
        Set<ObjectKey> looked = new HashSet<>(read.objects());
        looked.addAll(resolution.judged());
        Set<ObjectKey> refused = resolution.refused(looked);
        PMap<ObjectKey, Manifest<?>> next = before;
        Set<ObjectKey> changed = new HashSet<>();
        Set<ObjectKey> invalid = new HashSet<>();
        for (ObjectKey key : looked) {
            Manifest<?> old = before.get(key);
            Manifest<?> now = read.catalog().manifests().get(key);
            if (now == null) {
                next = next.minus(key);
            } else if (read.standIns().contains(key) || refused.contains(key)) {
                if (old != null) {
                    invalid.add(key);
                }
            } else if (!isSame(old, now)) {
                next = next.plus(key, now);
            }
            if (!Objects.equals(next.get(key), old)) {
                changed.add(key);
            }
        }
        Set<ObjectKey> again =
                changed.stream().filter(resolution::isReadForLastGood).collect(Collectors.toSet());
        return new LastGood(next, changed, again, invalid);
    }

    /** Whether it is equal and in the same file. An edit above it changes only its lines. */
    private static boolean isSame(@Nullable Manifest<?> old, Manifest<?> now) {
        return old != null
                && old.spec().equals(now.spec())
                && old.position().file().equals(now.position().file());
    }
}
