package dev.kitsune.model.index;

import dev.kitsune.model.manifest.ObjectKey;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/** Objects by an attribute that several of them may share. */
public record ObjectSets<K>(PMap<K, PSet<ObjectKey>> sets) {
    static <K> ObjectSets<K> empty() {
        return new ObjectSets<>(HashTreePMap.empty());
    }

    /** Returns the objects that have the attribute. */
    public Collection<ObjectKey> of(K what) {
        PSet<ObjectKey> found = found(what);
        return found == null ? Set.of() : found;
    }

    boolean has(K what) {
        return sets.containsKey(what);
    }

    ObjectSets<K> with(K what, ObjectKey object) {
        PSet<ObjectKey> found = found(what);
        return new ObjectSets<>(sets.plus(what, found == null ? HashTreePSet.singleton(object) : found.plus(object)));
    }

    ObjectSets<K> without(K what, ObjectKey object) {
        PSet<ObjectKey> found = found(what);
        PSet<ObjectKey> left = found == null ? HashTreePSet.empty() : found.minus(object);
        return new ObjectSets<>(left.isEmpty() ? sets.minus(what) : sets.plus(what, left));
    }

    private @Nullable PSet<ObjectKey> found(K what) {
        return sets.get(what);
    }
}
