package dev.kitsune.model.resolve;

import dev.kitsune.model.index.RouteClaim;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;

/** The subject of a check that found problems. Checking it again replaces all problems of the source. */
sealed interface ProblemSource {
    /** An object by itself. */
    record CheckedObject(ObjectKey key) implements ProblemSource {}

    /** A resolved virtual environment. */
    record ResolvedName(VirtualEnvironmentName virtualEnvironment) implements ProblemSource {}

    /** All declarations of a component version. */
    record DeclaredVersion(ComponentVersion version) implements ProblemSource {}

    /** The users and the workloads of a component version. */
    record UsedVersion(ComponentVersion version) implements ProblemSource {}

    /** The claimants of a rule. */
    record ClaimedRule(RouteClaim claim) implements ProblemSource {}
}
