package dev.kitsune.xds.cli;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.xds.cli.WritableInput.Draft;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;

/** Writes a draft if it has no errors. What is wrong is said before anything is written. */
final class Drafting {
    private Drafting() {}

    /** Returns the input with the draft in it. */
    static ResolvedInput write(ObjectKey key, Draft draft, ResolvedInput input, PrintWriter err) {
        Manifest<?> manifest = draft.read().manifests().stream()
                .filter(read -> read.key().equals(key))
                .findFirst()
                .orElse(null);
        if (manifest == null) {
            throw refused(draft.read().problems());
        }
        ResolvedInput tried = input.with(manifest);
        List<Problem> problems = tried.allProblems(Instant.now()).stream()
                .filter(problem -> key.equals(problem.object()))
                .toList();
        if (problems.stream().anyMatch(Drafting::isRefused)) {
            throw refused(problems);
        }
        draft.writer().write();
        problems.forEach(err::println);
        err.flush();
        return tried;
    }

    /** A Secret may be created afterwards, and on a cluster its user may not be allowed to see it. */
    private static boolean isRefused(Problem problem) {
        return problem.isError() && problem.code() != ProblemCode.MissingSecret;
    }

    private static CommandException refused(List<Problem> problems) {
        StringBuilder message = new StringBuilder("nothing was written, because of these problems:");
        problems.forEach(problem -> message.append("\n  ").append(problem));
        return CommandException.failed(message.toString());
    }
}
