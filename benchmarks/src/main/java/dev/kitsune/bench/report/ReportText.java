package dev.kitsune.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/** Prints a report for people as tables, and for programs as JSON. */
public final class ReportText {
    private ReportText() {}

    public static String json(Report report) throws JsonProcessingException {
        return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report);
    }

    /** Returns tables in Markdown. The median of each figure is followed by the minimum and the maximum. */
    public static String tables(Report report) {
        StringBuilder out = new StringBuilder();
        Machine machine = report.machine();
        out.append(machine.processors() + " processors, load before " + machine.loadBefore() + ", " + machine.system()
                + ", Java " + machine.java() + ", Envoy " + machine.envoy() + "\n");
        if (!report.hops().isEmpty()) {
            out.append("\nRequests through sidecars and through static configurations\n\n")
                    .append(hops(report));
            for (HopRow row : report.hops()) {
                row.failed().forEach((what, count) -> out.append(count + " times: " + what + "\n"));
            }
            out.append("\nFirst request of each virtual environment in use\n\n").append(firstUse(report));
            out.append("\nMemory of the sidecars, MB\n\n").append(sidecars(report));
        }
        if (!report.changes().isEmpty()) {
            out.append("\nChange of one virtual environment, until all clients have it\n\n")
                    .append(changes(report));
            out.append("\nLive heap of the control plane, MB\n\n").append(heaps(report));
        }
        if (!report.fleets().isEmpty()) {
            out.append("\nLive heap for the streams of simulated proxies\n\n").append(fleets(report));
        }
        return out.toString();
    }

    private static Table hops(Report report) {
        Table table = new Table(
                "way",
                "through",
                "virtual environments",
                "in use",
                "requests/s",
                "of static",
                "of static-clusters",
                "CPU us/request",
                "of static",
                "of static-clusters",
                "caller busy",
                "failures");
        for (HopRow row : report.hops()) {
            table.line(
                    row.setting().way(),
                    row.setting().target(),
                    row.setting().virtualEnvironments(),
                    row.setting().inUse(),
                    row.throughput().perSecond(),
                    row.throughput().rateOfStatic(),
                    row.throughput().rateOfClusters(),
                    row.processor().cpuMicros(),
                    row.processor().cpuOfStatic(),
                    row.processor().cpuOfClusters(),
                    row.processor().busy().median(),
                    row.failures());
        }
        return table;
    }

    private static Table firstUse(Report report) {
        Table table =
                new Table("way", "through", "virtual environments", "in use", "median ms", "p99 ms", "longest ms");
        for (HopRow row : report.hops()) {
            table.line(
                    row.setting().way(),
                    row.setting().target(),
                    row.setting().virtualEnvironments(),
                    row.setting().inUse(),
                    row.firstUse().medianMillis(),
                    row.firstUse().p99Millis(),
                    row.firstUse().longestMillis());
        }
        return table;
    }

    private static Table sidecars(Report report) {
        Table table = new Table(
                "through",
                "virtual environments",
                "in use",
                "caller allocated",
                "caller resident",
                "callee allocated",
                "callee resident");
        for (SidecarRow row : report.sidecars()) {
            table.line(
                    row.target(),
                    row.virtualEnvironments(),
                    row.inUse(),
                    row.callerAllocatedMb(),
                    row.callerResidentMb(),
                    row.calleeAllocatedMb(),
                    row.calleeResidentMb());
        }
        return table;
    }

    private static Table changes(Report report) {
        Table table = new Table(
                "change",
                "through",
                "clients",
                "virtual environments",
                "median client ms",
                "last client ms",
                "bytes/client",
                "resources/client",
                "translator calls");
        for (ChangeRow row : report.changes()) {
            table.line(
                    row.setting().change(),
                    row.setting().through(),
                    row.setting().clients(),
                    row.setting().virtualEnvironments(),
                    row.medianMillis(),
                    row.lastMillis(),
                    row.cost().bytesPerClient(),
                    row.cost().resourcesPerClient(),
                    row.cost().translatorCalls());
        }
        return table;
    }

    private static Table heaps(Report report) {
        Table table = new Table(
                "virtual environments",
                "clients",
                "without clients",
                "with clients",
                "all connected after s",
                "KB for each");
        for (HeapRow row : report.controlPlanes()) {
            table.line(
                    row.virtualEnvironments(),
                    row.clients(),
                    row.withoutClientsMb(),
                    row.withClientsMb(),
                    row.connectSeconds(),
                    row.connectKilobytes());
        }
        return table;
    }

    private static Table fleets(Report report) {
        Table table = new Table(
                "virtual environments",
                "MB without proxies",
                "proxies",
                "component versions",
                "loaded by each",
                "resources of each",
                "translator calls",
                "MB for proxies",
                "KB for each");
        for (FleetRow row : report.fleets()) {
            table.line(
                    row.virtualEnvironments(),
                    row.withoutProxiesMb(),
                    row.proxies(),
                    row.versions(),
                    row.loaded(),
                    row.resourcesOfEach(),
                    row.translatorCalls(),
                    row.proxiesMb(),
                    row.proxiesMb() * 1e3 / row.proxies());
        }
        return table;
    }
}
