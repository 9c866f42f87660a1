package dev.kitsune.k8s.state;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What cannot be understood of the releases of each object. Not thread-safe. */
final class StatusTroubles {
    private final Map<ObjectKey, Problem> statuses = new TreeMap<>();
    private final Map<ObjectKey, Problem> requests = new TreeMap<>();
    private boolean changed;

    /** {@code trouble}: why its status cannot be understood, as the end of a sentence; null if it can */
    void status(ObjectKey key, @Nullable String trouble) {
        put(
                statuses,
                key,
                trouble == null
                        ? null
                        : problem(
                                key,
                                "status.release",
                                "the state of releases in this object is ignored: " + trouble
                                        + "; what this process serves stays, and the release in the spec counts as new"
                                        + " for a process that starts: restore it, or remove it from the status"));
    }

    /** {@code trouble}: why its annotation cannot be understood, as a sentence; null if it can */
    void asked(ObjectKey key, @Nullable String trouble) {
        put(requests, key, trouble == null ? null : problem(key, "metadata.annotations", trouble));
    }

    void remove(ObjectKey key) {
        put(statuses, key, null);
        put(requests, key, null);
    }

    private void put(Map<ObjectKey, Problem> problems, ObjectKey key, @Nullable Problem problem) {
        Problem before = problem == null ? problems.remove(key) : problems.put(key, problem);
        changed |= !Objects.equals(before, problem);
    }

    private static Problem problem(ObjectKey key, String field, String message) {
        return new Problem(ProblemCode.InvalidValue, Position.ofObject(key.toString()), key, field, message);
    }

    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(statuses.values());
        problems.addAll(requests.values());
        return problems;
    }

    /** Whether the problems differ from those at the last call. */
    boolean takeChanged() {
        boolean taken = changed;
        changed = false;
        return taken;
    }
}
