package dev.kitsune.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One virtual environment's change until all clients have it.
 *
 * @param change what is changed: {@code variable}, {@code version}, {@code created} or {@code removed}
 * @param through {@code resolver}, or {@code folder} where the time begins with the write of a file
 * @param medianMillis until the median client has it; the spread is over repetitions
 * @param lastMillis until the last client has it
 * @param bytesPerClient of the responses that carry it
 * @param translatorCalls how often translation was asked for anything
 */
public record ChangeRow(
        String change,
        String through,
        @JsonProperty("environments") int virtualEnvironments,
        int clients,
        Spread medianMillis,
        Spread lastMillis,
        double bytesPerClient,
        double resourcesPerClient,
        double translatorCalls) {}
