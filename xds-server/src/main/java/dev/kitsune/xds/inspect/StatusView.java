package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.pipeline.ServedState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state in figures.
 *
 * @param folder what is served
 * @param version of Kitsune
 */
record StatusView(
        String folder,
        String version,
        @JsonUnwrapped ServingRow serving,
        @JsonProperty("environments") int virtualEnvironments,
        @JsonUnwrapped ProxiesRow proxies,
        @JsonUnwrapped ProblemCounts problems) {
    /**
     * The state of serving.
     *
     * @param sequence how many snapshots were published
     * @param failure a fault of Kitsune, or of its disk, that keeps the newest change from being served; null when all
     *     is well
     */
    record ServingRow(
            boolean ready, long sequence, @Nullable String failure) {}

    /**
     * The proxies, and the resources that are not in force at them.
     *
     * @param proxies how many are connected
     * @param refused the number of resources that some proxy rejected
     * @param refusals the first of the resources that are not published or that some proxy rejected, with the reasons
     */
    record ProxiesRow(int proxies, int refused, List<String> refusals) {}

    private static final int MOST_REFUSALS = 20;

    static StatusView of(Inspected inspected) {
        ServedState state = inspected.served().state();
        List<StreamView> proxies = inspected.published().proxies();
        return new StatusView(
                inspected.folder(),
                inspected.version(),
                new ServingRow(state.isReady(), state.sequence(), state.failure()),
                state.virtualEnvironments(),
                new ProxiesRow(
                        proxies.size(),
                        proxies.stream().mapToInt(p -> p.refused().size()).sum(),
                        Refusals.all(inspected.published()).stream()
                                .limit(MOST_REFUSALS)
                                .map(ProblemView::message)
                                .toList()),
                ProblemCounts.of(state.problems().all()));
    }
}
