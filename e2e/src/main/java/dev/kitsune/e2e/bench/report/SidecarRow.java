package dev.kitsune.e2e.bench.report;

/**
 * What two sidecars hold after every environment in use was used by both ways. Megabytes are 1,000,000 bytes.
 *
 * @param environments 0 for the static configuration
 */
public record SidecarRow(
        int environments,
        int inUse,
        double callerAllocatedMb,
        double callerResidentMb,
        double calleeAllocatedMb,
        double calleeResidentMb) {}
