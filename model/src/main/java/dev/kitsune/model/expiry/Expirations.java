package dev.kitsune.model.expiry;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironment.ExpiresAfter;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.Expired;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePSet;

/**
 * All virtual environments at one moment, with the times of their first sight and last use, and with the expired ones.
 * The cost of a change, or of passing time, depends only on the affected virtual environments. None is examined before
 * it is due.
 *
 * @param watched the virtual environments by name; if several objects have one name, all of them
 * @param absent virtual environments that an earlier process saw and that have not been read yet, because their file
 *     may be broken
 * @param due the time at which each one with a limit must be examined next
 */
public record Expirations(
        PMap<VirtualEnvironmentName, PMap<ObjectKey, WatchedVirtualEnvironment>> watched,
        PMap<ObjectKey, Seen> absent,
        TreePSet<Due> due,
        PMap<ObjectKey, Expired> expired) {

    /**
     * One virtual environment.
     *
     * @param due the time at which it must be examined next; null for never
     */
    public record WatchedVirtualEnvironment(
            Seen seen,
            @Nullable ExpiresAfter limits,
            @Nullable Instant due) {
        public Optional<Expiry> expiry() {
            return Expiry.of(limits, seen);
        }
    }

    /**
     * The time at which a virtual environment must be examined. If a later use postpones its end, it is examined again.
     */
    public record Due(Instant at, ObjectKey key) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : key.compareTo(other.key);
        }
    }

    /** Returns the state that an earlier process stored. */
    public static Expirations kept(Map<ObjectKey, Seen> seen) {
        return new Expirations(HashTreePMap.empty(), HashTreePMap.from(seen), TreePSet.empty(), HashTreePMap.empty());
    }

    /** Returns the state to store for the next process. */
    public Map<ObjectKey, Seen> seen() {
        Map<ObjectKey, Seen> seen = new HashMap<>(absent);
        watched.values().forEach(of -> of.forEach((key, one) -> seen.put(key, one.seen())));
        return seen;
    }

    /** Returns null for an unknown virtual environment. */
    public @Nullable WatchedVirtualEnvironment get(ObjectKey key) {
        PMap<ObjectKey, WatchedVirtualEnvironment> of = watched.get(key.virtualEnvironmentName());
        return of == null ? null : of.get(key);
    }

    /** Returns the time of the next decision if nothing else happens. */
    public Optional<Instant> nextDue() {
        return due.isEmpty() ? Optional.empty() : Optional.of(due.first().at());
    }

    /**
     * The result of a change and of the passing of time.
     *
     * @param changed the objects that have newly expired or are no longer expired
     * @param others whether virtual environments were added or removed
     */
    public record Step(Expirations next, Set<ObjectKey> changed, boolean others) {}

    /**
     * Computes the next step. An object that existed before the change keeps its times, and any other object is new.
     */
    public Step next(CatalogChange change, Collection<ObjectKey> changed, Instant now) {
        return step(change, changed, now, false);
    }

    /**
     * Computes the next step of a following process. It removes nothing, because the deciding process may have read
     * objects that this one has not read yet.
     */
    public Step following(CatalogChange change, Collection<ObjectKey> changed, Instant now) {
        return step(change, changed, now, true);
    }

    private Step step(CatalogChange change, Collection<ObjectKey> changed, Instant now, boolean follows) {
        Set<ObjectKey> looked = new HashSet<>();
        changed.stream().filter(key -> key.kind() == Kind.VirtualEnvironment).forEach(looked::add);
        due.stream().takeWhile(one -> !now.isBefore(one.at())).forEach(one -> looked.add(one.key()));
        Expirations next = this;
        boolean others = false;
        for (ObjectKey key : looked) {
            Manifest<?> manifest = change.catalog().presentOrNeeded(key);
            next = manifest != null && manifest.spec() instanceof VirtualEnvironment spec
                    ? next.seen(
                            key, spec.expiresAfter(), change.catalog().created().getOrDefault(key, now), now)
                    : next.removed(key, follows);
            others |= (get(key) == null) != (next.get(key) == null);
        }
        if (!follows && !next.watched.isEmpty() && change.problems().stream().noneMatch(Problem::isError)) {
            next = new Expirations(next.watched, HashTreePMap.empty(), next.due, next.expired);
        }
        PMap<ObjectKey, Expired> then = next.expired;
        looked.removeIf(key -> Objects.equals(expired.get(key), then.get(key)));
        return new Step(next, looked, others);
    }

    /** {@code created}: when its object was created, if that is known; now for an object that is new */
    private Expirations seen(ObjectKey key, @Nullable ExpiresAfter limits, Instant created, Instant now) {
        WatchedVirtualEnvironment before = get(key);
        Seen known = before != null ? before.seen() : absent.getOrDefault(key, Seen.now(created));
        // Nobody could use an expired virtual environment, so that time does not count as idle under new limits.
        boolean anew = before != null && expired.containsKey(key) && !Objects.equals(limits, before.limits());
        Seen seen = (anew ? known.with(null, now) : known).with(limits, now);
        Expiry expiry = Expiry.of(limits, seen).orElse(null);
        Expired by = expiry != null && expiry.isOver(now) ? expiry.by() : null;
        Instant look = expiry == null || by != null ? null : expiry.at();
        Expirations next = with(key, new WatchedVirtualEnvironment(seen, limits, look));
        return new Expirations(
                next.watched, absent.minus(key), next.due, by == null ? expired.minus(key) : expired.plus(key, by));
    }

    private Expirations with(ObjectKey key, WatchedVirtualEnvironment now) {
        PMap<ObjectKey, WatchedVirtualEnvironment> of =
                watched.getOrDefault(key.virtualEnvironmentName(), HashTreePMap.empty());
        TreePSet<Due> others = dueOfOthers(key);
        return new Expirations(
                watched.plus(key.virtualEnvironmentName(), of.plus(key, now)),
                absent,
                now.due() == null ? others : others.plus(new Due(now.due(), key)),
                expired);
    }

    private TreePSet<Due> dueOfOthers(ObjectKey key) {
        WatchedVirtualEnvironment one = get(key);
        return one == null || one.due() == null ? due : due.minus(new Due(one.due(), key));
    }

    private Expirations removed(ObjectKey key, boolean remembered) {
        WatchedVirtualEnvironment one = get(key);
        PMap<ObjectKey, Seen> others = one == null ? absent : absent.plus(key, one.seen());
        PMap<ObjectKey, WatchedVirtualEnvironment> left = watched.getOrDefault(
                        key.virtualEnvironmentName(), HashTreePMap.empty())
                .minus(key);
        return new Expirations(
                left.isEmpty()
                        ? watched.minus(key.virtualEnvironmentName())
                        : watched.plus(key.virtualEnvironmentName(), left),
                remembered ? others : absent.minus(key),
                dueOfOthers(key),
                expired.minus(key));
    }

    /**
     * Records a use. A use after the expiry does not count, because refused requests must not restore the virtual
     * environment. A use that is reported late can restore it, and then it is due at once.
     */
    public Expirations used(VirtualEnvironmentName name, Instant at) {
        PMap<ObjectKey, WatchedVirtualEnvironment> of = watched.getOrDefault(name, HashTreePMap.empty());
        Expirations next = this;
        for (Map.Entry<ObjectKey, WatchedVirtualEnvironment> one : of.entrySet()) {
            WatchedVirtualEnvironment before = one.getValue();
            Seen seen = before.seen().used(at);
            boolean counts = before.expiry().map(expiry -> !expiry.isOver(at)).orElse(true);
            if (counts && !seen.equals(before.seen())) {
                Instant look = expired.containsKey(one.getKey()) ? at : before.due();
                next = next.with(one.getKey(), new WatchedVirtualEnvironment(seen, before.limits(), look));
            }
        }
        return next;
    }

    /** Postpones virtual environments that are due but were used since. Nothing has to be resolved for this. */
    public Expirations postponed(Instant now) {
        Expirations next = this;
        for (Due one : due) {
            if (now.isBefore(one.at())) {
                break;
            }
            WatchedVirtualEnvironment before = get(one.key());
            Expiry expiry = before == null ? null : before.expiry().orElse(null);
            if (before != null && expiry != null && !expiry.isOver(now) && !expired.containsKey(one.key())) {
                next = next.with(one.key(), new WatchedVirtualEnvironment(before.seen(), before.limits(), expiry.at()));
            }
        }
        return next;
    }

    /** Whether passing time counts as idle for any virtual environment. */
    public boolean isAnyIdle() {
        return watched.values().stream()
                .flatMap(of -> of.values().stream())
                .anyMatch(one -> one.seen().idleSince() != null);
    }

    /**
     * Returns the state after the clock was set back. No time is later than now, and all virtual environments are
     * examined again.
     */
    public Expirations setBack(Instant now) {
        return moved(seen -> seen.setBack(now), one -> one.limits() == null ? null : now);
    }

    /** Returns the state after a period without reports that ends now. The period does not count as idle. */
    public Expirations away(Duration time, Instant now) {
        return moved(seen -> seen.away(time, now), WatchedVirtualEnvironment::due);
    }

    private Expirations moved(UnaryOperator<Seen> how, Function<WatchedVirtualEnvironment, @Nullable Instant> look) {
        Expirations next = this;
        for (PMap<ObjectKey, WatchedVirtualEnvironment> of : watched.values()) {
            for (Map.Entry<ObjectKey, WatchedVirtualEnvironment> one : of.entrySet()) {
                WatchedVirtualEnvironment before = one.getValue();
                next = next.with(
                        one.getKey(),
                        new WatchedVirtualEnvironment(how.apply(before.seen()), before.limits(), look.apply(before)));
            }
        }
        Map<ObjectKey, Seen> unseen = new HashMap<>(absent);
        unseen.replaceAll((key, seen) -> how.apply(seen));
        return new Expirations(next.watched, HashTreePMap.from(unseen), next.due, expired);
    }
}
