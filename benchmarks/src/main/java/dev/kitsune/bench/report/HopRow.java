package dev.kitsune.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Map;

/**
 * Requests through sidecars with a number of virtual environments, beside the static configuration in the same rounds.
 *
 * @param failed answers that were not as they must be, by what they were, in all rounds and at first use
 */
public record HopRow(
        @JsonUnwrapped HopSetting setting,
        @JsonUnwrapped Throughput throughput,
        @JsonUnwrapped ProcessorUse processor,
        FirstUse firstUse,
        Map<String, Integer> failed) {
    public HopRow {
        failed = Map.copyOf(failed);
    }

    public int failures() {
        return failed.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * What is measured.
     *
     * @param way {@code component} (two Envoys) or {@code adapter} (one Envoy)
     * @param target {@code kitsune}, {@code static} for the least static configuration, {@code static-clusters} for one
     *     with a cluster wherever a virtual environment in use has an address, a credential or a version of its own
     * @param virtualEnvironments that are known; the static configurations know none
     */
    public record HopSetting(
            String way,
            String target,
            @JsonProperty("environments") int virtualEnvironments,
            int inUse) {}

    /**
     * Requests per second.
     *
     * @param rateOfStatic in relation to the least static configuration's of the same round
     * @param rateOfClusters in relation to that of the static configuration with as many clusters
     */
    public record Throughput(Spread perSecond, Spread rateOfStatic, Spread rateOfClusters) {}

    /**
     * What the Envoys under test use of processors.
     *
     * @param cpuMicros time for one request
     * @param cpuOfStatic the same in relation to the least static configuration's
     * @param cpuOfClusters in relation to that of the static configuration with as many clusters
     * @param busy share of one processor that the caller's Envoy used: 1 is the most that its one worker can
     */
    public record ProcessorUse(Spread cpuMicros, Spread cpuOfStatic, Spread cpuOfClusters, Spread busy) {}

    /** The first request of every virtual environment in use, through Envoys that had loaded none. */
    public record FirstUse(double medianMillis, double p99Millis, double longestMillis) {}
}
