package dev.kitsune.xds.cli;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Goes back to an earlier release. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Returns to an earlier release of a virtual environment. A pending release is withdrawn, and the active"
                    + " one stays active. If none is pending, the release before the active one is released again."
                    + " Your files are not changed. Only another change of `release` in them, or `kitsune release`,"
                    + " requests a new release.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune rollback} main --dir envs --wait",
            "  ${COMMAND-FULL-NAME:-kitsune rollback} main --dir envs --to 3      see `kitsune history main --dir envs`",
            "",
            "Exit codes: 0 requested, or active with --wait; 1 there is no earlier release, or not active with"
                    + " --wait; 2 called wrongly."
        })
final class RollbackCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ENV", description = "The virtual environment.")
    @SuppressWarnings("NullAway.Init") // required
    private VirtualEnvironmentName virtualEnvironment;

    @Mixin
    private final ServedOptions options = new ServedOptions();

    @Option(names = "--to", paramLabel = "ID", description = "A release that was active, by its id in the history.")
    private @Nullable Integer to;

    @Option(names = "--wait", description = "Wait until the release is active, or archived.")
    private boolean wait;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        ObjectKey object =
                options.virtualEnvironment(options.read(), virtualEnvironment).key();
        ReleaseStatus status = options.saved().statuses().getOrDefault(virtualEnvironment, ReleaseStatus.NONE);
        if (status.target(to).isEmpty()) {
            throw CommandException.failed((to == null
                            ? virtualEnvironment + " has no earlier release to return to"
                            : virtualEnvironment + " has no release " + to + " that was active")
                    + ": `kitsune history " + virtualEnvironment + "` lists what it has");
        }
        ReleaseRequest request = new ReleaseRequest.Back(UUID.randomUUID().toString(), virtualEnvironment, to);
        return new Asking(options.saved(), object, request, spec.commandLine().getErr()).ask(wait);
    }
}
