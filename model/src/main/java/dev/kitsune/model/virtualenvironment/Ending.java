package dev.kitsune.model.virtualenvironment;

import dev.kitsune.model.index.Index;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.util.ArrayList;
import java.util.List;

/** Removes the served content of an expired virtual environment. */
public final class Ending {
    private Ending() {}

    /** Returns it unchanged until it expires. Its other problems are still reported, because it can be restored. */
    public static ResolvedVirtualEnvironment of(ResolvedVirtualEnvironment resolved, Index index) {
        Expired by = index.expired(resolved.name());
        if (by == null) {
            return resolved;
        }
        ObjectKey key = resolved.key();
        List<Problem> problems = new ArrayList<>(resolved.problems());
        problems.add(new Problem(
                ProblemCode.Expired,
                ProblemCode.Expired.severity(),
                index.position(new Origin(key, by.limit().field())),
                key,
                by.limit().field(),
                resolved.name(),
                by.sentence()));
        return resolved.ended(by, problems.stream().sorted(Problem.ORDER).toList());
    }
}
