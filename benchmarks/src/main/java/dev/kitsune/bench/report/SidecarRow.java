package dev.kitsune.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What two sidecars hold after every virtual environment in use was used by both ways. Megabytes are 1,000,000 bytes.
 *
 * @param target as of {@link HopRow}
 */
public record SidecarRow(
        String target,
        @JsonProperty("environments") int virtualEnvironments,
        int inUse,
        double callerAllocatedMb,
        double callerResidentMb,
        double calleeAllocatedMb,
        double calleeResidentMb) {}
