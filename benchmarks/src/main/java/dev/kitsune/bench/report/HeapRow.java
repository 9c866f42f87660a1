package dev.kitsune.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The control plane's live heap after a full collection.
 *
 * @param withoutClientsMb the heap with the manifests, the secrets and the resolved snapshot
 * @param withClientsMb the heap with all subscriptions, including the clients' ends of the streams, which are in the
 *     same JVM
 * @param connectSeconds the time until all clients had everything for the first time
 * @param connectKilobytes the size of all responses until then, for each client
 */
public record HeapRow(
        @JsonProperty("environments") int virtualEnvironments,
        int clients,
        double withoutClientsMb,
        double withClientsMb,
        double connectSeconds,
        double connectKilobytes) {}
