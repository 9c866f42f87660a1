package dev.kitsune.k8s.read;

import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All objects of one type that the API server lists together. Not thread-safe. */
public abstract sealed class CollectedObjects<T extends HasMetadata>
        permits ServiceObjects, ResourceObjects, PodObjects, NamespaceObjects, SecretObjects {
    private final String place;
    private @Nullable Problem held;
    private boolean listed;

    /** {@code place}: the name of the list in problems */
    CollectedObjects(String place) {
        this.place = place;
    }

    /** Returns the name of the list in problems. */
    public final String place() {
        return place;
    }

    /** The API server has listed the objects completely. Those that the list does not have were deleted. */
    public final void list(List<T> all) {
        listed = true;
        held = null;
        replace(all);
    }

    /** An object was added or changed. */
    public abstract void put(T object);

    /** An object was deleted. */
    public abstract void remove(T object);

    /**
     * The objects cannot be listed. Those that were read last stay in force.
     *
     * @param why a sentence that says what to do
     */
    public final void hold(String why) {
        held = problem(ProblemCode.UnreadableFile, why);
    }

    abstract void replace(List<T> all);

    /** The problems of reading them. */
    Stream<Problem> problems() {
        return Stream.ofNullable(held);
    }

    /** Whether the objects have been read, now or before. */
    final boolean isListed() {
        return listed;
    }

    final boolean isHeld() {
        return held != null;
    }

    final Problem problem(ProblemCode code, String message) {
        return new Problem(code, Position.ofObject(place), null, message);
    }

    /** Its name, and why it cannot be listed. */
    @Override
    public final String toString() {
        return held == null ? place : place + " (" + held.message() + ")";
    }
}
