package dev.kitsune.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * One virtual environment's change until all clients have it.
 *
 * @param medianMillis until the median client has it; the spread is over repetitions
 * @param lastMillis until the last client has it
 */
public record ChangeRow(
        @JsonUnwrapped ChangeSetting setting,
        Spread medianMillis,
        Spread lastMillis,
        @JsonUnwrapped ChangeCost cost) {
    /**
     * What is measured.
     *
     * @param change what is changed: {@code variable}, {@code version}, {@code created} or {@code removed}
     * @param through {@code resolver}, or {@code folder} where the time begins with the write of a file
     */
    public record ChangeSetting(
            String change,
            String through,
            @JsonProperty("environments") int virtualEnvironments,
            int clients) {}

    /**
     * What it costs beside time.
     *
     * @param bytesPerClient of the responses that carry it
     * @param translatorCalls how often translation was asked for anything
     */
    public record ChangeCost(double bytesPerClient, double resourcesPerClient, double translatorCalls) {}
}
