package dev.kitsune.bench.report;

/**
 * What two sidecars hold after every environment in use was used by both ways. Megabytes are 1,000,000 bytes.
 *
 * @param target as of {@link HopRow}
 */
public record SidecarRow(
        String target,
        int environments,
        int inUse,
        double callerAllocatedMb,
        double callerResidentMb,
        double calleeAllocatedMb,
        double calleeResidentMb) {}
