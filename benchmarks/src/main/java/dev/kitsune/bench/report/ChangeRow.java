package dev.kitsune.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * The times and costs of a change of one virtual environment.
 *
 * @param medianMillis the time until the median client has the change; the spread is over repetitions
 * @param lastMillis the time until the last client has it
 */
public record ChangeRow(
        @JsonUnwrapped ChangeSetting setting,
        Spread medianMillis,
        Spread lastMillis,
        @JsonUnwrapped ChangeCost cost) {
    /**
     * The setting of the measurement.
     *
     * @param change the kind of change: {@code variable}, {@code version} or {@code existence}
     * @param through {@code resolver}, or {@code folder} if the time starts when the file is written
     */
    public record ChangeSetting(
            String change,
            String through,
            @JsonProperty("environments") int virtualEnvironments,
            int clients) {}

    /**
     * The costs apart from time.
     *
     * @param bytesPerClient the size of the responses with the change
     * @param translatorCalls the number of calls to the translator
     */
    public record ChangeCost(double bytesPerClient, double resourcesPerClient, double translatorCalls) {}
}
