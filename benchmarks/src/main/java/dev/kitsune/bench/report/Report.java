package dev.kitsune.bench.report;

import java.util.List;

/** All results of one run. The lists of unmeasured parts are empty. */
public record Report(
        Machine machine,
        List<HopRow> hops,
        List<SidecarRow> sidecars,
        List<ChangeRow> changes,
        List<HeapRow> controlPlanes,
        List<FleetRow> fleets) {
    public Report {
        hops = List.copyOf(hops);
        sidecars = List.copyOf(sidecars);
        changes = List.copyOf(changes);
        controlPlanes = List.copyOf(controlPlanes);
        fleets = List.copyOf(fleets);
    }
}
