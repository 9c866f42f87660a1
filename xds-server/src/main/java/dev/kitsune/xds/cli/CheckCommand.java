package dev.kitsune.xds.cli;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.xds.inspect.ProblemView;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the problems of a folder or of a cluster. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Reads and resolves a folder or a cluster as `serve` would, generates the",
            "configuration of the Envoys, and prints each problem on a line of its own:",
            "  FILE:LINE:COLUMN SEVERITY CODE MESSAGE           (a folder)",
            "  KIND/NAMESPACE/NAME FIELD SEVERITY CODE MESSAGE  (a cluster)",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune check} envs",
            "  ${COMMAND-FULL-NAME:-kitsune check} envs -o json | jq '.problems[].code'",
            "  ${COMMAND-FULL-NAME:-kitsune check} --context test --namespace shop",
            "",
            "Exit codes: 0 clean or only warnings, 1 errors, 2 called wrongly, no such folder or cluster."
        })
final class CheckCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The folder to check. Without it, the cluster of the current context is checked.")
    private @Nullable Path dir;

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private OutputFormat output;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** The output of {@code -o json} and {@code -o yaml}. */
    record CheckReport(long errors, long warnings, List<ProblemView> problems) {}

    @Override
    public Integer call() {
        ClusterOptions.Checked checked = checked();
        List<Problem> problems = checked.problems();
        long errors = problems.stream().filter(Problem::isError).count();
        long warnings = problems.size() - errors;
        PrintWriter out = spec.commandLine().getOut();
        if (output == OutputFormat.text) {
            problems.forEach(problem -> out.println(line(problem)));
        } else {
            out.print(output.print(new CheckReport(
                    errors, warnings, problems.stream().map(ProblemView::of).toList())));
        }
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        checked.notes().forEach(err::println);
        err.println(summary(errors, warnings));
        err.flush();
        return errors == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private ClusterOptions.Checked checked() {
        if (dir == null) {
            return cluster.check();
        }
        cluster.refuse();
        Folders.require(dir);
        return new ClusterOptions.Checked(ResolvedInput.asWritten(dir).allProblems(Instant.now()), List.of());
    }

    /** Returns the problem's text, with a coloured severity if colours are on. */
    private String line(Problem problem) {
        String text = problem.toString();
        String severity = " " + problem.severity().name().toLowerCase(Locale.ROOT) + " ";
        ColorScheme colours = spec.commandLine().getColorScheme();
        String shown = colours.ansi().string(problem.isError() ? "@|red,bold error|@" : "@|yellow,bold warning|@");
        String place = problem.place();
        return place + " " + shown + " " + text.substring(place.length() + severity.length());
    }

    private static String summary(long errors, long warnings) {
        if (errors == 0 && warnings == 0) {
            return "no problems";
        }
        return Count.of(errors, "error") + ", " + Count.of(warnings, "warning");
    }
}
