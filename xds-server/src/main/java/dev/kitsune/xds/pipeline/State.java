package dev.kitsune.xds.pipeline;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.resolve.Resolution;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is served at one moment.
 *
 * @param sequence how many times a snapshot was published; 0 before the first
 * @param resolution the last one that was published; null before the first
 * @param failure why the newest change could not be brought into force, a fault of Kitsune and not of the files: what was
 *     published before it goes on. Null when all is well
 */
public record State(
        long sequence,
        @Nullable Resolution resolution,
        @Nullable String failure) {
    static final State NOTHING = new State(0, null, null);

    /** Whether proxies are answered. */
    public boolean isReady() {
        return resolution != null;
    }

    public List<Problem> problems() {
        return resolution == null ? List.of() : resolution.problems();
    }
}
