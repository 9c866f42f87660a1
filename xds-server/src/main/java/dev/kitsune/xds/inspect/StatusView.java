package dev.kitsune.xds.inspect;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.xds.pipeline.State;
import org.jspecify.annotations.Nullable;

/**
 * The state in figures.
 *
 * @param folder what is served
 * @param sequence how many snapshots were published
 * @param failure a fault of Kitsune that keeps the newest change from being served; null when all is well
 */
record StatusView(
        String folder,
        String version,
        boolean ready,
        long sequence,
        @Nullable String failure,
        int environments,
        long errors,
        long warnings) {
    static StatusView of(String folder, String version, State state) {
        long errors = state.problems().stream().filter(Problem::isError).count();
        return new StatusView(
                folder,
                version,
                state.isReady(),
                state.sequence(),
                state.failure(),
                state.resolution() == null
                        ? 0
                        : state.resolution().snapshot().environments().size(),
                errors,
                state.problems().size() - errors);
    }
}
