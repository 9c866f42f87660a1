package dev.kitsune.model.release;

import dev.kitsune.model.manifest.Environment.ReleasePolicy;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.release.Trying.Attempt;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Trial;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.pcollections.PSet;
import org.pcollections.TreePSet;

/** Completes a draft to a decision, with the waiting releases, the due times and the problems. */
final class Concluding {
    private final DecisionInput input;
    private final DecisionDraft draft;

    Concluding(DecisionInput input, DecisionDraft draft) {
        this.input = input;
        this.draft = draft;
    }

    /** Updates the waiting releases. They continue to wait, have exceeded their deadline, or no longer wait. */
    void age(Set<VirtualEnvironmentName> looked, Resolution resolution) {
        for (VirtualEnvironmentName name : looked) {
            if (draft.statuses().containsKey(name)) {
                age(name, resolution.policy(name));
            }
        }
    }

    private void age(VirtualEnvironmentName name, ReleasePolicy policy) {
        ReleaseStatus next = draft.status(name);
        Trial trial = draft.waiting().get(name);
        if (trial != null) {
            next = next.waiting(
                    trial.problems().stream()
                            .filter(Problem::isError)
                            .map(Problem::toString)
                            .toList(),
                    policy,
                    input.now());
        }
        if (next.pending() == null) {
            draft.forgetTrial(name);
        }
        draft.put(name, next.trimmed(policy.history(), input.now()));
    }

    /** {@code looked}: the virtual environments whose status may have changed */
    Decision decision(Attempt attempt, Set<VirtualEnvironmentName> looked) {
        Resolution resolution = attempt.resolution();
        Releases before = input.before();
        Set<VirtualEnvironmentName> changed = new HashSet<>();
        PSet<VirtualEnvironmentName> exceeded = before.waits().exceeded();
        TreePSet<Releases.ReleaseDue> due = before.waits().due();
        while (!due.isEmpty() && !input.now().isBefore(due.first().at())) {
            due = due.minus(due.first());
        }
        for (VirtualEnvironmentName name : looked) {
            ReleaseStatus status = draft.statuses().get(name);
            if (!Objects.equals(status, before.statuses().get(name))) {
                changed.add(name);
            }
            exceeded = status != null && status.exceeded() ? exceeded.plus(name) : exceeded.minus(name);
            if (status != null) {
                // An earlier entry of the same virtual environment stays. It costs one lookup without a result.
                due = status.due(resolution.policy(name).history())
                        .map(at -> new Releases.ReleaseDue(at, name))
                        .map(due::plus)
                        .orElse(due);
            }
        }
        if (!input.held().isEmpty() && !changed.isEmpty()) {
            due = due.plus(new Releases.ReleaseDue(
                    input.now(), changed.iterator().next())); // The superseded release may have been the holder.
        }
        List<Problem> problems = new ArrayList<>();
        draft.waiting().values().forEach(trial -> problems.addAll(trial.problems()));
        exceeded.stream()
                .filter(name -> input.names().owner(name) != null) // Another process forgets the name of a lost object.
                .forEach(name -> problems.add(exceeded(name)));
        Releases releases = new Releases(
                draft.statuses(),
                input.names(),
                new Releases.Waits(draft.waiting(), exceeded, due),
                input.held(),
                input.change().catalog(),
                attempt.catalog());
        return new Decision(releases, changed, resolution.with(problems));
    }

    private Problem exceeded(VirtualEnvironmentName name) {
        ObjectKey key = Objects.requireNonNull(input.names().owner(name), name.value());
        Manifest<?> manifest =
                Objects.requireNonNull(input.change().catalog().manifests().get(key), name.value());
        return new Problem(
                ProblemCode.DeadlineExceeded,
                ProblemCode.DeadlineExceeded.severity(),
                manifest.at("spec.release"),
                key,
                "spec.release",
                name,
                "release " + draft.status(name).last() + " still had problems at its deadline and is not tried again"
                        + (draft.status(name).active() == null ? "" : "; the previous release stays active")
                        + ": solve the problems, then change `release` (its field `request` exists for this purpose),"
                        + " or run `kitsune release " + name + "`");
    }
}
