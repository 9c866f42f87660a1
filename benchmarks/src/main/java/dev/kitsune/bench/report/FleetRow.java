package dev.kitsune.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The control plane's live heap for the streams of simulated proxies.
 *
 * @param withoutProxiesMb the heap with the manifests, the secrets and the resolved snapshot
 * @param loaded the virtual environments that each proxy has loaded
 * @param translatorCalls the calls that all proxies together caused
 * @param resourcesOfEach the resources that each proxy got
 * @param proxiesMb the heap of all streams and of the resources that they subscribe to
 */
public record FleetRow(
        @JsonProperty("environments") int virtualEnvironments,
        double withoutProxiesMb,
        int proxies,
        int versions,
        @JsonProperty("environmentsLoaded") int loaded,
        long translatorCalls,
        double resourcesOfEach,
        double proxiesMb) {}
