package dev.kitsune.model.index;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * The results of one step of resolving, each with the facts that it has read. A change repeats only the results that
 * have read a changed fact.
 *
 * @param readers the results that have read each fact
 */
public record StepResults<K, V>(PMap<K, StepResult<V>> kept, PMap<Fact, PSet<K>> readers) {

    /** A result and the facts that it has read. The result is null if a bug in Kitsune prevented it. */
    public record StepResult<V>(@Nullable V result, Set<Fact> read) {}

    public static <K, V> StepResults<K, V> empty() {
        return new StepResults<>(HashTreePMap.empty(), HashTreePMap.empty());
    }

    @Nullable
    public V get(K key) {
        StepResult<V> found = kept.get(key);
        return found == null ? null : found.result();
    }

    public Set<K> readersOf(Fact fact) {
        PSet<K> found = readers.get(fact);
        return found == null ? Set.of() : found;
    }

    public Set<K> readersOf(Collection<Fact> facts) {
        Set<K> stale = new HashSet<>();
        facts.forEach(f -> stale.addAll(readersOf(f)));
        return stale;
    }

    public StepResults<K, V> with(K key, @Nullable V result, Set<Fact> read) {
        StepResult<V> before = kept.get(key);
        return new StepResults<>(
                kept.plus(key, new StepResult<>(result, read)),
                reindexed(key, before == null ? Set.of() : before.read(), read));
    }

    public StepResults<K, V> without(K key) {
        StepResult<V> before = kept.get(key);
        return before == null ? this : new StepResults<>(kept.minus(key), reindexed(key, before.read(), Set.of()));
    }

    private PMap<Fact, PSet<K>> reindexed(K key, Set<Fact> before, Set<Fact> after) {
        PMap<Fact, PSet<K>> index = readers;
        for (Fact fact : before) {
            PSet<K> of = index.get(fact);
            if (!after.contains(fact) && of != null) {
                PSet<K> left = of.minus(key);
                index = left.isEmpty() ? index.minus(fact) : index.plus(fact, left);
            }
        }
        for (Fact fact : after) {
            if (!before.contains(fact)) {
                PSet<K> of = index.get(fact);
                index = index.plus(fact, of == null ? HashTreePSet.singleton(key) : of.plus(key));
            }
        }
        return index;
    }
}
