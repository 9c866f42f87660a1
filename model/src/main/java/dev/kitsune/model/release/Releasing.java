package dev.kitsune.model.release;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Environment.ReleasePolicy;
import dev.kitsune.model.manifest.Environment.ReleasePolicy.ReleaseType;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.resolve.Trial;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.snapshot.SecretId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.TreePSet;

/**
 * Makes the next decision from the one before: what a change asks for, which waiting releases come into force, and
 * which exceed their deadline. A release is tried by resolving with it. If that finds errors, the resolution is
 * dropped, and what was in force stays. The first try takes all newcomers at once, so that a folder without problems
 * is resolved once.
 */
public final class Releasing {
    private final Releases before;
    private final @Nullable Resolution resolved;
    private final CatalogChange change;
    private final PMap<ObjectKey, Problem> held;
    private final Instant now;
    private final Set<String> touched = new HashSet<>();

    /** Whether the environment is Testing now: then a rollback to a frozen release serves live data. */
    private final Set<String> thawed = new HashSet<>();

    private PMap<String, ReleaseStatus> statuses;
    private final Names names;
    private final Set<ObjectKey> moved = new HashSet<>();
    private PMap<String, Trial> waiting;
    private Catalog catalog;

    private Releasing(Releases before, @Nullable Resolution resolved, Holding.HeldObjects held, Instant now) {
        this.before = before;
        this.resolved = resolved;
        this.change = held.change();
        this.held = held.held();
        this.now = now;
        this.statuses = before.statuses();
        this.names = before.names().next(all(), change.catalog());
        this.waiting = before.waits().trials();
        this.catalog = before.catalog();
    }

    /**
     * The next decision.
     *
     * @param resolved the resolution before; null at first, and then everything in the catalog is new
     */
    public static Decision next(
            Releases before, @Nullable Resolution resolved, CatalogChange change, Handed handed, Instant now) {
        Holding.HeldObjects held = Holding.of(before, resolved, change, handed, Set.of());
        return new Releasing(before, resolved, held, now).decide(handed);
    }

    /** What another process decided: nothing is decided here. */
    public static Decision follow(
            Releases before, @Nullable Resolution resolved, CatalogChange change, Handed handed, Instant now) {
        // What is held there may have been needed before anybody needed it here.
        Holding.HeldObjects held = Holding.of(
                before, resolved, change, handed, change.catalog().lastGood().keySet());
        return new Releasing(before, resolved, held, now).followed(handed);
    }

    /** As if all that is written were active: what is wrong with that is what would hold it. */
    public static Decision asWritten(
            Releases before, @Nullable Resolution resolved, CatalogChange change, Handed handed, Instant now) {
        Resolution all = resolved == null ? Resolver.resolve(change) : Resolver.resolve(resolved, change);
        return new Decision(before, Set.of(), all);
    }

    private Set<ObjectKey> all() {
        return resolved == null ? change.catalog().manifests().keySet() : change.objects();
    }

    private Decision followed(Handed handed) {
        handed.kept().forEach(this::kept);
        Set<ObjectKey> keys = new HashSet<>(all());
        moved(all());
        keys.addAll(moved);
        keys.addAll(objects(touched));
        Attempt attempt = attempt(before.catalog(), resolved, keys, change.secrets(), Set.of());
        catalog = attempt.catalog();
        Decision decision = decision(attempt.resolution(), touched);
        return new Decision(decision.releases(), Set.of(), decision.resolution());
    }

    private Decision decide(Handed handed) {
        Set<ObjectKey> changed = all();
        handed.kept().forEach(this::kept);
        moved(changed);
        Set<String> looking = new HashSet<>(handed.kept().keySet());
        changed.stream()
                .filter(k -> k.kind() == Kind.VirtualEnvironment)
                .map(ObjectKey::name)
                .forEach(looking::add);
        looking.forEach(this::written);
        handed.requests().forEach(this::asked);
        before.waits().due().stream()
                .takeWhile(d -> !now.isBefore(d.at()))
                .map(Releases.ReleaseDue::virtualEnvironment)
                .filter(statuses::containsKey)
                .forEach(touched::add);

        Set<String> newcomers = new TreeSet<>();
        for (String name : touched) {
            waiting = waiting.minus(name);
            if (status(name).pending() != null) {
                newcomers.add(name);
            }
        }
        Resolution resolution = settle(newcomers, changed);
        Set<String> looked = new HashSet<>(touched);
        looked.addAll(waiting.keySet());
        for (String name : looked) {
            if (statuses.containsKey(name)) {
                age(name, resolution.policy(name));
            }
        }
        return decision(resolution, looked);
    }

    private ReleaseStatus status(String name) {
        return statuses.getOrDefault(name, ReleaseStatus.NONE);
    }

    private void kept(String name, Optional<ReleaseStatus> status) {
        statuses = status.isPresent() ? statuses.plus(name, status.get()) : statuses.minus(name);
        waiting = waiting.minus(name);
        touched.add(name);
    }

    /** Where another object has a name now, all that want it are looked at. */
    private void moved(Set<ObjectKey> changed) {
        for (ObjectKey key : changed) {
            if (!Objects.equals(names.owner(key.name()), before.names().owner(key.name()))) {
                moved.addAll(names.claimants(key.name()));
            }
        }
    }

    private void written(String name) {
        ObjectKey owner = names.owner(name);
        ObjectKey other = before.names().owner(name);
        boolean deleted = owner == null && resolved != null;
        if (deleted || (other != null && !other.equals(owner))) {
            statuses = statuses.minus(name); // They were another object's, or one's that is deleted.
            touched.add(name);
        }
        Manifest<?> manifest =
                owner == null ? null : change.catalog().manifests().get(owner);
        if (manifest != null && manifest.spec() instanceof VirtualEnvironment spec) {
            update(name, status(name).written(spec.release(), now));
        }
    }

    private void asked(ReleaseRequest request) {
        String name = request.virtualEnvironment();
        if (names.owner(name) != null) {
            update(name, status(name).asked(request, now));
        }
    }

    private void update(String name, ReleaseStatus next) {
        if (!next.equals(ReleaseStatus.NONE)) {
            statuses = statuses.plus(name, next);
            touched.add(name);
        }
    }

    /** Tries the newcomers, and then, one by one, every other release whose try may end differently now. */
    private Resolution settle(Set<String> newcomers, Set<ObjectKey> changed) {
        Set<String> trying = new TreeSet<>(newcomers);
        Set<String> again = new LinkedHashSet<>();
        Set<ObjectKey> keys = new HashSet<>(changed);
        keys.addAll(objects(touched));
        keys.addAll(moved);
        Attempt attempt = attempt(before.catalog(), resolved, keys, change.secrets(), trying);
        for (Set<String> failed = failed(attempt, trying); !failed.isEmpty(); failed = failed(attempt, trying)) {
            trying.removeAll(failed);
            again.addAll(failed);
            attempt = attempt(before.catalog(), resolved, keys, change.secrets(), trying);
        }
        attempt = activate(attempt, trying);
        if (again.size() == 1) {
            again.clear(); // It was tried with all that came into force.
        }
        for (Map.Entry<String, Trial> known : waiting.entrySet()) {
            if (!newcomers.contains(known.getKey()) && known.getValue().isTouchedBy(attempt.resolution())) {
                again.add(known.getKey());
            }
        }
        while (!again.isEmpty()) {
            String name = again.iterator().next();
            again.remove(name);
            Attempt alone = attempt(attempt, Set.of(name), Set.of(name));
            if (failed(alone, Set.of(name)).isEmpty()) {
                attempt = activate(alone.since(attempt), Set.of(name));
                waiting.forEach((other, trial) -> {
                    if (trial.isTouchedBy(alone.resolution())) {
                        again.add(other);
                    }
                });
            }
        }
        catalog = withTimes(attempt.catalog());
        return attempt.resolution();
    }

    /** What came into force now counts as older than whatever comes into force next. */
    private Catalog withTimes(Catalog tried) {
        PMap<ObjectKey, Instant> since = tried.since();
        for (String name : touched) {
            ObjectKey key = names.owner(name);
            ReleaseEntry active = status(name).active();
            if (key != null && active != null && active.times().activated() != null) {
                since = since.plus(key, active.times().activated());
            }
        }
        return tried.withActive(new Catalog.Active(tried.frozen(), since));
    }

    private Set<String> failed(Attempt attempt, Set<String> trying) {
        Set<String> failed = new HashSet<>();
        for (String name : trying) {
            Trial trial = attempt.resolution().trial(name);
            if (!trial.passed()) {
                failed.add(name);
                waiting = waiting.plus(name, trial);
            }
        }
        return failed;
    }

    private Attempt activate(Attempt attempt, Set<String> passed) {
        Set<String> froze = new HashSet<>();
        for (String name : passed) {
            ReleaseManifest earlier =
                    frozen(name, Objects.requireNonNull(status(name).pending(), name));
            boolean freezes =
                    earlier == null && attempt.resolution().policy(name).type() == ReleaseType.Stable;
            ReleaseManifest frozen = freezes ? attempt.resolution().freeze(name) : earlier;
            if (freezes) {
                froze.add(name);
            }
            statuses = statuses.plus(name, status(name).activated(frozen, now));
            waiting = waiting.minus(name);
            touched.add(name);
        }
        return froze.isEmpty() ? attempt : attempt(attempt, froze, Set.of()).since(attempt);
    }

    /** What is in force or tried, and its resolution. */
    private record Attempt(Catalog catalog, Resolution resolution) {
        Attempt since(Attempt unpublished) {
            return new Attempt(catalog, resolution.since(unpublished.resolution()));
        }
    }

    private Attempt attempt(Attempt earlier, Set<String> virtualEnvironments, Set<String> trying) {
        return attempt(earlier.catalog(), earlier.resolution(), objects(virtualEnvironments), Set.of(), trying);
    }

    private Attempt attempt(
            Catalog base,
            @Nullable Resolution earlier,
            Set<ObjectKey> keys,
            Set<SecretId> secrets,
            Set<String> trying) {
        Catalog next = catalog(base, keys, trying);
        CatalogChange step = new CatalogChange(next, keys, secrets, change.problems());
        Resolution tried = earlier == null ? Resolver.resolve(step) : Resolver.resolve(earlier, step);
        return thaws(tried, trying) ? attempt(base, earlier, keys, secrets, trying) : new Attempt(next, tried);
    }

    /** The environment of a virtual environment is known only when it is resolved. */
    private boolean thaws(Resolution tried, Set<String> trying) {
        return thawed.addAll(trying.stream()
                .filter(name -> tried.policy(name).type() == ReleaseType.Testing)
                .filter(name ->
                        Objects.requireNonNull(status(name).pending(), name).frozen() != null)
                .toList());
    }

    private @Nullable ReleaseManifest frozen(String name, ReleaseEntry entry) {
        return entry.phase() == ReleaseEntry.Phase.Pending && thawed.contains(name) ? null : entry.frozen();
    }

    /** @param trying whose waiting release is taken for the one in force */
    private Catalog catalog(Catalog base, Set<ObjectKey> keys, Set<String> trying) {
        PMap<ObjectKey, Manifest<?>> manifests = base.manifests();
        PMap<ObjectKey, ReleaseManifest> frozen = base.frozen();
        PMap<ObjectKey, Instant> since = base.since();
        for (ObjectKey key : keys) {
            Manifest<?> manifest = change.catalog().manifests().get(key);
            frozen = frozen.minus(key);
            since = since.minus(key);
            if (manifest == null) {
                manifests = manifests.minus(key);
            } else if (manifest.spec() instanceof VirtualEnvironment spec && key.equals(names.owner(key.name()))) {
                ReleaseStatus status = status(key.name());
                ReleaseEntry entry = trying.contains(key.name()) ? status.pending() : status.active();
                Release wanted = entry == null ? null : entry.wanted();
                boolean same = Objects.equals(spec.release(), wanted);
                manifests = manifests.plus(key, same ? manifest : manifest.with(spec.withRelease(wanted)));
                ReleaseManifest serves = entry == null ? null : frozen(key.name(), entry);
                if (serves != null) {
                    frozen = frozen.plus(key, serves);
                }
                if (entry != null && entry.times().activated() != null) {
                    since = since.plus(key, entry.times().activated());
                }
            } else {
                manifests = manifests.plus(key, manifest);
            }
        }
        return change.catalog().withManifests(manifests).withActive(new Catalog.Active(frozen, since));
    }

    private Set<ObjectKey> objects(Set<String> of) {
        return of.stream().map(names::owner).filter(Objects::nonNull).collect(Collectors.toSet());
    }

    private void age(String name, ReleasePolicy policy) {
        ReleaseStatus next = status(name);
        Trial trial = waiting.get(name);
        if (trial != null) {
            next = next.waiting(
                    trial.problems().stream()
                            .filter(Problem::isError)
                            .map(Problem::toString)
                            .toList(),
                    policy,
                    now);
        }
        if (next.pending() == null) {
            waiting = waiting.minus(name);
        }
        statuses = statuses.plus(name, next.trimmed(policy.history(), now));
    }

    private Decision decision(Resolution resolution, Set<String> looked) {
        Set<String> changed = new HashSet<>();
        PSet<String> exceeded = before.waits().exceeded();
        TreePSet<Releases.ReleaseDue> due = before.waits().due();
        while (!due.isEmpty() && !now.isBefore(due.first().at())) {
            due = due.minus(due.first());
        }
        for (String name : looked) {
            ReleaseStatus status = statuses.get(name);
            if (!Objects.equals(status, before.statuses().get(name))) {
                changed.add(name);
            }
            exceeded = status != null && status.exceeded() ? exceeded.plus(name) : exceeded.minus(name);
            if (status != null) {
                // An earlier entry of the same virtual environment stays: it costs one look-up that finds nothing.
                due = status.due(resolution.policy(name).history())
                        .map(at -> new Releases.ReleaseDue(at, name))
                        .map(due::plus)
                        .orElse(due);
            }
        }
        if (!held.isEmpty() && !changed.isEmpty()) {
            due = due.plus(new Releases.ReleaseDue(
                    now, changed.iterator().next())); // What was superseded may have been the holder.
        }
        List<Problem> problems = new ArrayList<>();
        waiting.values().forEach(trial -> problems.addAll(trial.problems()));
        exceeded.forEach(name -> problems.add(exceeded(name)));
        Releases releases = new Releases(
                statuses, names, new Releases.Waits(waiting, exceeded, due), held, change.catalog(), catalog);
        return new Decision(releases, changed, resolution.with(problems));
    }

    private Problem exceeded(String name) {
        ObjectKey key = Objects.requireNonNull(names.owner(name), name);
        Manifest<?> manifest =
                Objects.requireNonNull(change.catalog().manifests().get(key), name);
        return new Problem(
                ProblemCode.DeadlineExceeded,
                ProblemCode.DeadlineExceeded.severity(),
                manifest.at("spec.release"),
                key,
                "spec.release",
                name,
                "release " + status(name).last() + " still had problems at its deadline and is not tried again"
                        + (status(name).active() == null ? "" : "; the release before it goes on")
                        + ": solve the problems, then change `release` (its field `request` is there for that), or ask"
                        + " again with `kitsune release " + name + "`");
    }
}
