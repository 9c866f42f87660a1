package dev.kitsune.model.resolve;

import dev.kitsune.model.index.RouteClaim;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.ComponentVersion;

/** What was looked at when problems were found. Looking at it again replaces all problems that were found there before. */
sealed interface ProblemSource {
    /** An object by itself. */
    record CheckedObject(ObjectKey key) implements ProblemSource {}

    /** A virtual environment, resolved. */
    record ResolvedName(String virtualEnvironment) implements ProblemSource {}

    /** All declarations of a component version. */
    record DeclaredVersion(ComponentVersion version) implements ProblemSource {}

    /** Who uses a component version, and where it runs. */
    record UsedVersion(ComponentVersion version) implements ProblemSource {}

    /** Who wants to answer by a rule. */
    record ClaimedRule(RouteClaim claim) implements ProblemSource {}
}
