package dev.kitsune.model.index;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.Origin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the problems of one step, each with its position. */
public final class ProblemReport {
    private final Reads reads;
    private final @Nullable VirtualEnvironmentName virtualEnvironment;
    private final List<Problem> problems = new ArrayList<>();

    /** {@code virtualEnvironment}: the virtual environment that has the problems; null if all of them have them */
    public ProblemReport(Reads reads, @Nullable VirtualEnvironmentName virtualEnvironment) {
        this.reads = reads;
        this.virtualEnvironment = virtualEnvironment;
    }

    public void add(ProblemCode code, Origin at, String message) {
        problems.add(problem(code, at, message));
    }

    /** Makes a problem, and does not add it. */
    public Problem problem(ProblemCode code, Origin at, String message) {
        return new Problem(
                code, code.severity(), reads.position(at), at.object(), at.field(), virtualEnvironment, message);
    }

    public void add(ObjectKey object, Flaw flaw) {
        add(flaw.code(), new Origin(object, flaw.field()), flaw.message());
    }

    /** Adds a problem of this virtual environment, or one of an ancestor that it has as well. */
    public void add(Problem problem) {
        problems.add(virtualEnvironment == null ? problem.anywhere() : problem.in(virtualEnvironment));
    }

    public List<Problem> problems() {
        return problems.stream().sorted(Problem.ORDER).distinct().toList();
    }
}
