package dev.kitsune.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.kitsune.bench.change.ChangeBenchmark;
import dev.kitsune.bench.fleet.FleetBenchmark;
import dev.kitsune.bench.hop.HopBenchmark;
import dev.kitsune.bench.lab.Lab;
import dev.kitsune.bench.lab.Progress;
import dev.kitsune.bench.report.FleetRow;
import dev.kitsune.bench.report.Machine;
import dev.kitsune.bench.report.Report;
import dev.kitsune.bench.report.ReportText;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code ./kitsune-bench}. */
@Command(
        name = "kitsune-bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures Kitsune's costs on this machine. Compare the ratios within one run. Do not compare the figures of"
                    + " two machines, and do not measure on a machine that is busy.",
            "Without options it measures everything, which takes about 25 minutes and up to 16 GB of memory."
        })
public final class BenchCommand implements Callable<Integer> {
    enum Part {
        requests,
        changes,
        streams
    }

    enum Output {
        table,
        json
    }

    @Option(
            names = "--quick",
            description = "Measures with small numbers, in less than a minute, to check that the benchmarks work.")
    private boolean quick;

    @Option(
            names = "--part",
            split = ",",
            description =
                    "requests measures the rate, CPU time, first use and memory of sidecars and of a static Envoy. changes"
                            + " measures the time from a change of one virtual environment until many proxies have it,"
                            + " and the control plane's heap. streams measures the heap for the streams of up to 100,000"
                            + " simulated proxies. Default: all.")
    private Set<Part> parts = EnumSet.allOf(Part.class);

    @Option(
            names = "--environments",
            split = ",",
            paramLabel = "N",
            description =
                    "Numbers of virtual environments. Default: 1,1000,10000,100000 for requests, 10,1000,10000 for"
                            + " changes.")
    private @Nullable List<Integer> virtualEnvironments;

    @Option(
            names = "--clients",
            split = ",",
            paramLabel = "N",
            description = "Numbers of proxies that receive a change.")
    private @Nullable List<Integer> clients;

    @Option(names = "--rounds", paramLabel = "N", description = "The number of rounds. Default: 5.")
    private int rounds;

    @Option(
            names = "--lap",
            paramLabel = "MILLISECONDS",
            description = "The time for which requests are sent to one target in one round. Default: 3000.")
    private int lap;

    @Option(
            names = {"-o", "--output"},
            description = "The format of the output: table (Markdown) or json. Default: table.")
    private Output output = Output.table;

    @Option(names = "--save", paramLabel = "FILE", description = "Also writes the JSON into this file.")
    private @Nullable Path save;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final Progress progress = new Progress(System.err);

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Report report = measure();
        if (save != null) {
            Files.writeString(save, ReportText.json(report) + "\n");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(output == Output.json ? ReportText.json(report) : ReportText.tables(report));
        out.flush();
        boolean clean = report.hops().stream().allMatch(row -> row.failures() == 0);
        return clean ? 0 : 1;
    }

    /** Measures the parts that the options choose. */
    private Report measure() throws Exception {
        Path envoy = EnvoyBinary.find(progress::say);
        Machine machine = Machine.here(envoy);
        Path work = Files.createTempDirectory("kitsune-bench");
        HopBenchmark.HopResult hops = new HopBenchmark.HopResult(List.of(), List.of());
        ChangeBenchmark.ChangeResult changes = new ChangeBenchmark.ChangeResult(List.of(), List.of());
        List<FleetRow> fleets = List.of();
        try (LoopbackPorts ports = new LoopbackPorts()) {
            Lab lab = new Lab(envoy, work, ports, progress);
            // The heap is measured first, while nothing else has used it.
            if (parts.contains(Part.streams)) {
                fleets = new FleetBenchmark(progress, fleets()).run();
            }
            if (parts.contains(Part.changes)) {
                changes = new ChangeBenchmark(lab, changes()).run();
            }
            if (parts.contains(Part.requests)) {
                hops = new HopBenchmark(lab, requests()).run();
            }
        }
        // A failed run keeps the folder, because it holds the Envoys' logs.
        MoreFiles.deleteRecursively(work, RecursiveDeleteOption.ALLOW_INSECURE);
        return new Report(machine, hops.hops(), hops.sidecars(), changes.changes(), changes.heaps(), fleets);
    }

    private HopBenchmark.HopPlan requests() {
        List<Integer> sizes = quick ? List.of(1, 20) : List.of(1, 1_000, 10_000, 100_000);
        return new HopBenchmark.HopPlan(
                virtualEnvironments == null ? sizes : virtualEnvironments,
                rounds > 0 ? rounds : quick ? 2 : 5,
                Duration.ofMillis(lap > 0 ? lap : quick ? 500 : 3_000));
    }

    private ChangeBenchmark.ChangePlan changes() {
        List<Integer> sizes = quick ? List.of(5, 50) : List.of(10, 1_000, 10_000);
        List<Integer> proxies = quick ? List.of(5) : List.of(100, 1_000);
        return new ChangeBenchmark.ChangePlan(
                virtualEnvironments == null ? sizes : virtualEnvironments,
                clients == null ? proxies : clients,
                quick ? 5 : 20);
    }

    private List<FleetBenchmark.FleetSize> fleets() {
        return quick
                ? List.of(new FleetBenchmark.FleetSize(10, 20, 2, 3), new FleetBenchmark.FleetSize(10, 40, 2, 3))
                : List.of(
                        new FleetBenchmark.FleetSize(1_000, 100, 100, 10),
                        new FleetBenchmark.FleetSize(1_000, 1_000, 100, 10),
                        new FleetBenchmark.FleetSize(1_000, 10_000, 100, 10),
                        new FleetBenchmark.FleetSize(1_000, 10_000, 100, 100),
                        new FleetBenchmark.FleetSize(1_000, 100_000, 100, 10),
                        new FleetBenchmark.FleetSize(100_000, 100_000, 100, 10));
    }
}
