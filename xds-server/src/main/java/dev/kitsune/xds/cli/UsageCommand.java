package dev.kitsune.xds.cli;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.explain.UsageReport;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows which component versions virtual environments share. */
@Command(
        name = "usage",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Shows which virtual environments share which component version, which versions are unique to one virtual"
                    + " environment, how many pods sharing saves, and which versions run for nobody.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune usage} --dir envs",
            "  ${COMMAND-FULL-NAME:-kitsune usage} --dir envs -o json | jq -r '.unused[].workloads[]'",
            "",
            "A version that a request reaches only by selecting an app deployment (header kitsune-dep) does not count"
                    + " as running for nobody.",
            "Pods are counted as one for each component version, however many replicas it has.",
            "",
            "Exit codes: 0 printed, 2 called wrongly or no such folder."
        })
final class UsageCommand implements Runnable {
    /** A line names at most so many virtual environments. */
    private static final int NAMED = 5;

    @Mixin
    private final ServedOptions served = new ServedOptions();

    @Mixin
    private final TableOutput output = new TableOutput();

    @Override
    public void run() {
        UsageReport report = UsageReport.of(served.resolved().snapshot());
        output.print(report, out -> print(report, out));
    }

    private static void print(UsageReport report, PrintWriter out) {
        Columns versions = new Columns().line("VERSION", "WORKLOADS", "ENVIRONMENTS");
        report.versions()
                .forEach(one -> versions.line(
                        one.version(),
                        one.workloads().isEmpty()
                                ? "none"
                                : Integer.toString(one.workloads().size()),
                        one.virtualEnvironments().size() + ": " + some(one.virtualEnvironments())));
        versions.print("").forEach(out::println);
        out.println();
        Columns virtualEnvironments = new Columns().line("ENVIRONMENT", "COMPONENTS", "UNIQUE TO IT");
        report.virtualEnvironments()
                .forEach(one -> virtualEnvironments.line(
                        one.virtualEnvironment().value(),
                        Integer.toString(one.components()),
                        one.unique().isEmpty() ? "-" : String.join(", ", one.unique())));
        virtualEnvironments.print("").forEach(out::println);
        out.println();
        UsageReport.Distillation saved = report.distillation();
        out.println(Count.of(saved.shared(), "pod") + ", one for each component version in use, where " + saved.apart()
                + " would run if every virtual environment had its own: " + saved.saved() + " saved.");
        report.selectable()
                .forEach(one -> out.println("For requests that select " + String.join(" or ", one.appDeployments())
                        + ": " + one.version() + " (workload " + String.join(", ", one.workloads()) + ")"));
        report.unused()
                .forEach(one -> out.println(
                        "For nobody: " + one.version() + " (workload " + String.join(", ", one.workloads()) + ")"));
    }

    private static String some(List<VirtualEnvironmentName> names) {
        String some =
                names.stream().limit(NAMED).map(VirtualEnvironmentName::value).collect(Collectors.joining(", "));
        return names.size() <= NAMED ? some : some + " and " + (names.size() - NAMED) + " more";
    }
}
