package dev.kitsune.model.resolve;

import dev.kitsune.model.index.Fact;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.index.StepResults;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.snapshot.ResolvedSelection;
import dev.kitsune.model.virtualenvironment.SelectionStep;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.pcollections.TreePMap;

/**
 * The selection policy of each environment. An environment that is still needed stays in force, so its policy exists.
 *
 * @param byEnvironment the policies, except those that allow everyone
 */
record Selections(
        StepResults<String, Optional<ResolvedSelection>> made, TreePMap<String, ResolvedSelection> byEnvironment) {
    static final Selections NONE = new Selections(StepResults.empty(), TreePMap.empty());

    Selections next(Set<Fact> facts, Supplier<Reads> readers) {
        Set<String> stale = made.readersOf(facts);
        for (Fact fact : facts) {
            if (fact instanceof Fact.ManifestOf named && named.key().kind() == Kind.Environment) {
                stale.add(named.key().name());
            }
        }
        StepResults<String, Optional<ResolvedSelection>> kept = made;
        TreePMap<String, ResolvedSelection> now = byEnvironment;
        for (String name : stale) {
            Reads reads = readers.get();
            Manifest<?> manifest = reads.object(new ObjectKey(Kind.Environment, "", name));
            if (manifest != null && manifest.spec() instanceof Environment environment) {
                // If the policy has changed and cannot be read, nobody may select.
                Optional<ResolvedSelection> selection = Fault.guard(
                        () -> Optional.ofNullable(SelectionStep.resolve(environment.selection(), reads)),
                        fault -> Optional.of(new ResolvedSelection.UnusableSelection(fault.sentence())));
                kept = kept.with(name, selection, reads.facts());
                now = selection.isEmpty() ? now.minus(name) : now.plus(name, selection.get());
            } else {
                kept = kept.without(name);
                now = now.minus(name);
            }
        }
        return new Selections(kept, now);
    }
}
