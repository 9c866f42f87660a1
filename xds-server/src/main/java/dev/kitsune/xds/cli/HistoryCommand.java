package dev.kitsune.xds.cli;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.xds.release.ReleaseRow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists releases. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Lists the releases of a virtual environment, or of all of them: the pending one with its problems, the"
                    + " active one, and earlier ones.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune history} main --dir envs",
            "  ${COMMAND-FULL-NAME:-kitsune history} --context test --namespace shop",
            "  ${COMMAND-FULL-NAME:-kitsune history} --dir envs -o json | jq '.[] | select(.state == \"Pending\")'",
            "",
            "Exit codes: 0 listed, 2 called wrongly."
        })
final class HistoryCommand implements Runnable {
    @Parameters(paramLabel = "ENV", arity = "0..1", description = "The virtual environment. Default: all.")
    private @Nullable VirtualEnvironmentName virtualEnvironment;

    @Mixin
    private final ServedOptions options = new ServedOptions();

    @Mixin
    private final TableOutput output = new TableOutput();

    @Override
    public void run() {
        List<ReleaseRow> rows = new ArrayList<>();
        if (virtualEnvironment != null) {
            options.virtualEnvironment(options.read(), virtualEnvironment);
            rows.addAll(ReleaseRow.of(virtualEnvironment, status(virtualEnvironment)));
        } else {
            Set<VirtualEnvironmentName> hidden = options.read().manifests().keySet().stream()
                    .filter(key -> key.kind() == Kind.VirtualEnvironment && !options.shows(key))
                    .map(ObjectKey::virtualEnvironmentName)
                    .collect(Collectors.toSet());
            new TreeMap<>(options.saved().statuses()).forEach((name, status) -> {
                if (!hidden.contains(name)) {
                    rows.addAll(ReleaseRow.of(name, status));
                }
            });
        }
        output.print(rows, out -> table(rows).forEach(out::println));
    }

    private ReleaseStatus status(VirtualEnvironmentName name) {
        return options.saved().statuses().getOrDefault(name, ReleaseStatus.NONE);
    }

    private static List<String> table(List<ReleaseRow> rows) {
        Columns table = new Columns()
                .line("ENVIRONMENT", "ID", "STATE", "BY", "RELEASE", "ASKED", "ACTIVE", "ENDED", "PROBLEMS");
        for (ReleaseRow row : rows) {
            table.line(
                    row.release().virtualEnvironment().value(),
                    Integer.toString(row.release().id()),
                    row.state(),
                    row.by(),
                    row.apps().entrySet().stream()
                            .map(e -> e.getKey() + "=" + e.getValue())
                            .collect(Collectors.joining(" ")),
                    time(row.times().asked()),
                    time(row.times().activated()),
                    time(row.times().ended()),
                    problems(row.problems()));
        }
        return table.print("");
    }

    private static String time(@Nullable String time) {
        return time == null
                ? "-"
                : Instant.parse(time).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String problems(List<String> problems) {
        if (problems.isEmpty()) {
            return "-";
        }
        return problems.get(0) + (problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)");
    }
}
