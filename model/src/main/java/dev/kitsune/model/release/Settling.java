package dev.kitsune.model.release;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.Environment.ReleasePolicy.ReleaseType;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.Trying.Attempt;
import dev.kitsune.model.resolve.Trial;
import dev.kitsune.model.snapshot.ReleaseManifest;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.pcollections.PMap;

/**
 * Finds the waiting releases that become active. It tries the new ones together, and then, one by one, every other
 * release whose try may have another result now.
 */
final class Settling {
    private final DecisionInput input;
    private final DecisionDraft draft;
    private final Trying trying;

    Settling(DecisionInput input, DecisionDraft draft, Trying trying) {
        this.input = input;
        this.draft = draft;
        this.trying = trying;
    }

    /** {@code keys}: the objects that may differ from the previous decision */
    Attempt settle(Set<VirtualEnvironmentName> newcomers, Set<ObjectKey> keys) {
        Set<VirtualEnvironmentName> passing = new TreeSet<>(newcomers);
        Set<VirtualEnvironmentName> again = new LinkedHashSet<>();
        Attempt attempt = trying.first(keys, passing);
        for (Set<VirtualEnvironmentName> failed = failed(attempt, passing);
                !failed.isEmpty();
                failed = failed(attempt, passing)) {
            passing.removeAll(failed);
            again.addAll(failed);
            attempt = trying.first(keys, passing);
        }
        attempt = activate(attempt, passing);
        if (again.size() == 1) {
            again.clear(); // It was tried together with all releases that became active.
        }
        for (Map.Entry<VirtualEnvironmentName, Trial> known : draft.waiting().entrySet()) {
            if (!newcomers.contains(known.getKey()) && known.getValue().isTouchedBy(attempt.resolution())) {
                again.add(known.getKey());
            }
        }
        while (!again.isEmpty()) {
            VirtualEnvironmentName name = again.iterator().next();
            again.remove(name);
            Attempt alone = trying.next(attempt, Set.of(name), Set.of(name));
            if (failed(alone, Set.of(name)).isEmpty()) {
                attempt = activate(alone.since(attempt), Set.of(name));
                draft.waiting().forEach((other, trial) -> {
                    if (trial.isTouchedBy(alone.resolution())) {
                        again.add(other);
                    }
                });
            }
        }
        return new Attempt(withTimes(attempt.catalog()), attempt.resolution());
    }

    /** Releases that became active now count as older than those that become active next. */
    private Catalog withTimes(Catalog tried) {
        PMap<ObjectKey, Instant> since = tried.since();
        for (VirtualEnvironmentName name : draft.touched()) {
            ObjectKey key = input.names().owner(name);
            ReleaseEntry active = draft.status(name).active();
            if (key != null && active != null && active.times().activated() != null) {
                since = since.plus(key, active.times().activated());
            }
        }
        return tried.withActive(new Catalog.Active(tried.frozen(), since));
    }

    private Set<VirtualEnvironmentName> failed(Attempt attempt, Set<VirtualEnvironmentName> tried) {
        Set<VirtualEnvironmentName> failed = new HashSet<>();
        for (VirtualEnvironmentName name : tried) {
            Trial trial = attempt.resolution().trial(name);
            if (!trial.passed()) {
                failed.add(name);
                draft.waits(name, trial);
            }
        }
        return failed;
    }

    private Attempt activate(Attempt attempt, Set<VirtualEnvironmentName> passed) {
        Set<VirtualEnvironmentName> froze = new HashSet<>();
        for (VirtualEnvironmentName name : passed) {
            ReleaseManifest earlier = trying.frozen(
                    name, Objects.requireNonNull(draft.status(name).pending(), name.value()));
            boolean freezes =
                    earlier == null && attempt.resolution().policy(name).type() == ReleaseType.Stable;
            ReleaseManifest frozen = freezes ? attempt.resolution().freeze(name) : earlier;
            if (freezes) {
                froze.add(name);
            }
            draft.put(name, draft.status(name).activated(frozen, input.now()));
            draft.forgetTrial(name);
        }
        return froze.isEmpty() ? attempt : trying.next(attempt, froze, Set.of()).since(attempt);
    }
}
