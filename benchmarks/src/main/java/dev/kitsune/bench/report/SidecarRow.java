package dev.kitsune.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The memory of two sidecars after requests have used every virtual environment in use on both paths. A megabyte is
 * 1,000,000 bytes.
 *
 * @param target the target, as in {@link HopRow}
 */
public record SidecarRow(
        String target,
        @JsonProperty("environments") int virtualEnvironments,
        int inUse,
        double callerAllocatedMb,
        double callerResidentMb,
        double calleeAllocatedMb,
        double calleeResidentMb) {}
