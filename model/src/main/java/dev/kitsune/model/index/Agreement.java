package dev.kitsune.model.index;

import dev.kitsune.model.index.Declarations.Place;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePSet;
import org.pcollections.PSet;
import org.pcollections.TreePMap;

/**
 * What several places say about one thing. The first one is in force.
 *
 * @param differing the places that say something else
 */
record Agreement<T>(TreePMap<Place, T> all, PSet<Place> differing) {
    static <T> Agreement<T> none() {
        return new Agreement<>(TreePMap.empty(), HashTreePSet.empty());
    }

    /** Returns null if no place says anything. */
    @Nullable
    T first() {
        return all.isEmpty() ? null : all.firstEntry().getValue();
    }

    /** Returns the object that says what is in force. */
    ObjectKey firstOwner() {
        return all.firstKey().origin().object();
    }

    /** {@code now}: what each of these places says now; null if it says nothing any more */
    Agreement<T> with(Map<Place, @Nullable T> now, BiPredicate<T, T> same) {
        TreePMap<Place, T> next = all;
        for (Map.Entry<Place, @Nullable T> entry : now.entrySet()) {
            T value = entry.getValue();
            next = value == null ? next.minus(entry.getKey()) : next.plus(entry.getKey(), value);
        }
        if (next.isEmpty()) {
            return none();
        }
        T before = first();
        T chosen = next.firstEntry().getValue();
        PSet<Place> others = HashTreePSet.empty();
        if (before != null && same.test(chosen, before)) {
            // Only what has changed can differ now, or not differ any more.
            others = differing.minusAll(now.keySet());
            for (Map.Entry<Place, @Nullable T> entry : now.entrySet()) {
                T value = entry.getValue();
                if (value != null && !same.test(value, chosen)) {
                    others = others.plus(entry.getKey());
                }
            }
        } else {
            for (Map.Entry<Place, T> entry : next.entrySet()) {
                if (!same.test(entry.getValue(), chosen)) {
                    others = others.plus(entry.getKey());
                }
            }
        }
        return new Agreement<>(next, others);
    }
}
