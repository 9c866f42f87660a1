package dev.kitsune.xds.cli;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.expiry.Seen;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.read.DurationText;
import dev.kitsune.xds.expiry.ExpiryRow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists virtual environments with their expiry. */
@Command(
        name = "expiry",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Shows for each virtual environment with `expiresAfter` when it was first served and last used, and when"
                    + " it will expire by which limit. It changes nothing.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune expiry} --dir envs",
            "  ${COMMAND-FULL-NAME:-kitsune expiry} --dir envs --in 7d -o json | jq -r '.[] | select(.state =="
                    + " \"Ending\") | .environment'",
            "",
            "The times are those that `serve` saved, and uses may be a minute old. Time without a running `serve`"
                    + " does not count as idle.",
            "",
            "Exit codes: 0 printed, 2 called wrongly or no such folder or cluster."
        })
final class ExpiryCommand implements Runnable {
    @Mixin
    private final ServedOptions served = new ServedOptions();

    @Option(
            names = "--in",
            paramLabel = "TIME",
            defaultValue = "0s",
            description = "A period such as 7d. A virtual environment that expires within it is `Ending`.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String within;

    @Mixin
    private final TableOutput output = new TableOutput();

    @Override
    public void run() {
        Duration ahead = DurationText.parse(within);
        if (ahead == null) {
            throw CommandException.usage("--in " + within + ": expected " + DurationText.WORDS);
        }
        Instant now = Instant.now();
        Catalog read = served.read();
        Map<ObjectKey, Seen> seen = served.saved().expirations(now).seen();
        List<ExpiryRow> rows = read.manifests().values().stream()
                .filter(manifest -> served.shows(manifest.key()))
                .map(manifest -> row(manifest, seen, now, ahead))
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(ExpiryRow::virtualEnvironment))
                .toList();
        output.print(rows, out -> table(rows).forEach(out::println));
    }

    private static @Nullable ExpiryRow row(
            Manifest<?> manifest, Map<ObjectKey, Seen> seen, Instant now, Duration ahead) {
        return manifest.spec() instanceof VirtualEnvironment spec && spec.expiresAfter() != null
                ? ExpiryRow.of(
                        manifest.key().virtualEnvironmentName(),
                        spec.expiresAfter(),
                        seen.get(manifest.key()),
                        now,
                        ahead)
                : null;
    }

    private static List<String> table(List<ExpiryRow> rows) {
        Columns table = new Columns().line("ENVIRONMENT", "STATE", "SEEN", "USED", "ENDS", "BY", "IDLE", "AGE");
        for (ExpiryRow row : rows) {
            table.line(
                    row.virtualEnvironment().value(),
                    row.state().name(),
                    row.seen() == null ? "not served yet" : time(row.seen()),
                    row.seen() != null && row.used() == null ? "never" : time(row.used()),
                    time(row.ends()),
                    text(row.by()),
                    text(row.limits().idle()),
                    text(row.limits().age()));
        }
        return table.print("");
    }

    private static String time(@Nullable String time) {
        return time == null
                ? "-"
                : Instant.parse(time).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String text(@Nullable String text) {
        return text == null ? "-" : text;
    }
}
