package dev.kitsune.model.expiry;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironment.ExpiresAfter;
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
 * All virtual environments at one moment: when they were seen and used, and which of them have ended by themselves. A
 * change costs what it touches, and so does the passing of time: no virtual environment is examined before it is due.
 *
 * @param watched by their names: of several objects of one name, all
 * @param absent seen by an earlier process, and not there yet: their file may be broken just now
 * @param due the next look at each that has a limit
 */
public record Expirations(
        PMap<String, PMap<ObjectKey, WatchedVirtualEnvironment>> watched,
        PMap<ObjectKey, Seen> absent,
        TreePSet<Due> due,
        PMap<ObjectKey, Expired> expired) {

    /**
     * One virtual environment.
     *
     * @param due when it is looked at next; null for never
     */
    public record WatchedVirtualEnvironment(
            Seen seen,
            @Nullable ExpiresAfter limits,
            @Nullable Instant due) {
        public Optional<Expiry> expiry() {
            return Expiry.of(limits, seen);
        }
    }

    /** When one is to be looked at. A use since may put its end off: then it is looked at again. */
    public record Due(Instant at, ObjectKey key) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : key.compareTo(other.key);
        }
    }

    /** As they were when an earlier process ended. */
    public static Expirations kept(Map<ObjectKey, Seen> seen) {
        return new Expirations(HashTreePMap.empty(), HashTreePMap.from(seen), TreePSet.empty(), HashTreePMap.empty());
    }

    /** What is to be kept for the next process. */
    public Map<ObjectKey, Seen> seen() {
        Map<ObjectKey, Seen> seen = new HashMap<>(absent);
        watched.values().forEach(of -> of.forEach((key, one) -> seen.put(key, one.seen())));
        return seen;
    }

    /** Null for one that is not there. */
    public @Nullable WatchedVirtualEnvironment get(ObjectKey key) {
        PMap<ObjectKey, WatchedVirtualEnvironment> of = watched.get(key.name());
        return of == null ? null : of.get(key);
    }

    /** When to decide again if nothing else happens. */
    public Optional<Instant> nextDue() {
        return due.isEmpty() ? Optional.empty() : Optional.of(due.first().at());
    }

    /**
     * What comes of a change, and of the time.
     *
     * @param changed which objects have expired, or have not any more
     * @param others whether some are new, or gone
     */
    public record Step(Expirations next, Set<ObjectKey> changed, boolean others) {}

    /**
     * The next step. An object that was there before {@code changed} it goes on from where it was, any other is new.
     */
    public Step next(CatalogChange change, Collection<ObjectKey> changed, Instant now) {
        return step(change, changed, now, false);
    }

    /**
     * The next step of a process that follows another one. It forgets nothing: it may not have read yet what the
     * process that decides knows already.
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
                    ? next.seen(key, spec.expiresAfter(), now)
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

    private Expirations seen(ObjectKey key, @Nullable ExpiresAfter limits, Instant now) {
        WatchedVirtualEnvironment before = get(key);
        Seen known = before != null ? before.seen() : absent.getOrDefault(key, Seen.now(now));
        // Nobody could use it after it ended, so that time does not count against new limits.
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
        PMap<ObjectKey, WatchedVirtualEnvironment> of = watched.getOrDefault(key.name(), HashTreePMap.empty());
        TreePSet<Due> others = dueOfOthers(key);
        return new Expirations(
                watched.plus(key.name(), of.plus(key, now)),
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
        PMap<ObjectKey, WatchedVirtualEnvironment> left =
                watched.getOrDefault(key.name(), HashTreePMap.empty()).minus(key);
        return new Expirations(
                left.isEmpty() ? watched.minus(key.name()) : watched.plus(key.name(), left),
                remembered ? others : absent.minus(key),
                dueOfOthers(key),
                expired.minus(key));
    }

    /**
     * Records a use. It counts unless the virtual environment had ended before it, because refused requests must not
     * bring it back. A use that is reported late can bring it back, and then it is due at once.
     */
    public Expirations used(String name, Instant at) {
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

    /** Those that are due and were used since are looked at when they end now: nothing is to be resolved for that. */
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

    /** Whether the time that goes by counts as idle for any. */
    public boolean isAnyIdle() {
        return watched.values().stream()
                .flatMap(of -> of.values().stream())
                .anyMatch(one -> one.seen().idleSince() != null);
    }

    /** After the clock was set back: nothing happened later than now, and all are looked at again. */
    public Expirations setBack(Instant now) {
        return moved(seen -> seen.setBack(now), one -> one.limits() == null ? null : now);
    }

    /** After a time in which uses went unseen, which ends now: it does not count as idle. */
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
