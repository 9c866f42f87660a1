package dev.kitsune.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Map;

/**
 * The results of requests through one target, with their ratios to the static configurations in the same rounds.
 *
 * @param failed the number of unexpected answers in all rounds and at first use, by their description
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
     * The setting of the measurement.
     *
     * @param way the path: {@code component} (two Envoys) or {@code adapter} (one Envoy)
     * @param target {@code kitsune}; {@code static} for the smallest static configuration; {@code static-clusters} for
     *     the static configuration with as many clusters as the virtual environments in use need
     * @param virtualEnvironments the number of known virtual environments; 0 for a static configuration
     */
    public record HopSetting(
            String way,
            String target,
            @JsonProperty("environments") int virtualEnvironments,
            int inUse) {}

    /**
     * The rate of requests.
     *
     * @param perSecond requests per second
     * @param rateOfStatic the ratio to the rate of the smallest static configuration in the same round
     * @param rateOfClusters the ratio to the rate of the static configuration with as many clusters
     */
    public record Throughput(Spread perSecond, Spread rateOfStatic, Spread rateOfClusters) {}

    /**
     * The processor time of the measured Envoys.
     *
     * @param cpuMicros the processor time of one request in microseconds
     * @param cpuOfStatic the ratio to the smallest static configuration in the same round
     * @param cpuOfClusters the ratio to the static configuration with as many clusters
     * @param busy the share of one processor that the caller's Envoy used; at most 1, because it has one worker
     */
    public record ProcessorUse(Spread cpuMicros, Spread cpuOfStatic, Spread cpuOfClusters, Spread busy) {}

    /**
     * The times of the first request of every virtual environment in use, through Envoys that had not loaded any of
     * them.
     */
    public record FirstUse(double medianMillis, double p99Millis, double longestMillis) {}
}
