package dev.kitsune.xds.cli;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.explain.Difference;
import dev.kitsune.xds.inspect.VirtualEnvironmentFacts;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares two virtual environments, or a folder with what is served. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Compares two resolved virtual environments: variables, positions of secrets, component versions,"
                    + " adapters, rules, copies of calls, expiry. With --served, compares a folder with the state of"
                    + " a running `serve`.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune diff} main cart-fix --dir envs",
            "  ${COMMAND-FULL-NAME:-kitsune diff} --dir envs --served                  what would change if it were served",
            "",
            "Lines with - are in the first virtual environment or the folder. Lines with + are in the second one or"
                    + " in what is served.",
            "",
            "Exit codes: 0 the same, 1 different, 2 called wrongly, or no `serve` answers."
        })
final class DiffCommand implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "A", description = "A virtual environment.")
    private @Nullable VirtualEnvironmentName first;

    @Parameters(index = "1", arity = "0..1", paramLabel = "B", description = "Another one.")
    private @Nullable VirtualEnvironmentName second;

    @Mixin
    private final ServedOptions folder = new ServedOptions();

    @Option(
            names = "--served",
            arity = "0..1",
            paramLabel = "HOST:PORT",
            converter = HostPort.HostPortConverter.class,
            fallbackValue = HostPort.HTTP,
            description = "Compare the folder with the `serve` at this address. Default: ${FALLBACK-VALUE}.")
    private @Nullable HostPort served;

    @Mixin
    private final TableOutput output = new TableOutput();

    @Override
    public Integer call() {
        if (served != null ? first != null : first == null || second == null) {
            throw CommandException.usage("name two virtual environments to compare, or --served and none");
        }
        ResolvedInput resolved = folder.resolved();
        Snapshot snapshot = resolved.snapshot();
        List<Difference> differences = first != null && second != null
                ? Difference.between(
                        VirtualEnvironmentFacts.of(resolved.virtualEnvironment(first), snapshot),
                        VirtualEnvironmentFacts.of(resolved.virtualEnvironment(second), snapshot))
                : Difference.between(all(snapshot), served());
        output.print(differences, out -> print(differences, out));
        return differences.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static SortedMap<String, String> all(Snapshot snapshot) {
        SortedMap<VirtualEnvironmentName, SortedMap<String, String>> all = new TreeMap<>();
        for (ResolvedVirtualEnvironment virtualEnvironment :
                snapshot.virtualEnvironments().values()) {
            all.put(virtualEnvironment.name(), VirtualEnvironmentFacts.of(virtualEnvironment, snapshot));
        }
        return together(all);
    }

    private SortedMap<String, String> served() {
        try {
            return together(VirtualEnvironmentFacts.served(URI.create("http://" + served)));
        } catch (IOException e) {
            throw CommandException.usage("--served " + served + ": no `serve` answers there (" + e
                    + "); give the address that `serve` has as --http");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failed("interrupted");
        }
    }

    private static SortedMap<String, String> together(
            SortedMap<VirtualEnvironmentName, SortedMap<String, String>> all) {
        SortedMap<String, String> facts = new TreeMap<>();
        all.forEach((name, of) -> of.forEach((what, how) -> facts.put(name + ": " + what, how)));
        return facts;
    }

    private static void print(List<Difference> differences, PrintWriter out) {
        Columns columns = new Columns();
        for (Difference one : differences) {
            line(columns, "-", one.what(), one.here());
            line(columns, "+", one.what(), one.there());
        }
        columns.print("").forEach(out::println);
    }

    private static void line(Columns columns, String sign, String what, @Nullable String how) {
        if (how != null) {
            columns.line(sign, what, how);
        }
    }
}
