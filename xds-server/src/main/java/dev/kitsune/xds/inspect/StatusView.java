package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.pipeline.ServedState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state in figures.
 *
 * @param folder what is served
 * @param sequence how many snapshots were published
 * @param failure a fault of Kitsune, or of its disk, that keeps the newest change from being served; null when all is
 *     well
 * @param refused how many resources some proxy would not take
 * @param refusals what is not published or not taken by some proxy, and why; the first of them
 */
record StatusView(
        String folder,
        String version,
        boolean ready,
        long sequence,
        @Nullable String failure,
        @JsonProperty("environments") int virtualEnvironments,
        int proxies,
        int refused,
        List<String> refusals,
        long errors,
        long warnings) {
    private static final int MOST_REFUSALS = 20;

    static StatusView of(Inspected inspected) {
        ServedState state = inspected.state().get();
        List<StreamView> proxies = inspected.published().proxies().get();
        long errors = state.problems().all().stream().filter(Problem::isError).count();
        return new StatusView(
                inspected.folder(),
                inspected.version(),
                state.isReady(),
                state.sequence(),
                state.failure(),
                state.virtualEnvironments(),
                proxies.size(),
                proxies.stream().mapToInt(p -> p.refused().size()).sum(),
                Refusals.all(inspected.published()).stream()
                        .limit(MOST_REFUSALS)
                        .map(ProblemView::message)
                        .toList(),
                errors,
                state.problems().all().size() - errors);
    }
}
