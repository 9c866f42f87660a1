package dev.kitsune.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The control plane's live heap after a full collection.
 *
 * @param withoutClientsMb manifests, secrets and the resolved snapshot
 * @param withClientsMb with all subscriptions alive; the clients' own ends of the streams are in the same JVM and count
 *     too
 * @param connectSeconds until all clients had everything for the first time
 */
public record HeapRow(
        @JsonProperty("environments") int virtualEnvironments,
        int clients,
        double withoutClientsMb,
        double withClientsMb,
        double connectSeconds) {}
