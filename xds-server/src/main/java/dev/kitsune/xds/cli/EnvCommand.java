package dev.kitsune.xds.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands by which a developer lives with virtual environments. */
@Command(
        name = "env",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            EnvListCommand.class,
            EnvShowCommand.class,
            EnvCreateCommand.class,
            EnvSetCommand.class,
            EnvDeleteCommand.class,
            EnvUseCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        description = "Lists, shows, creates, changes and deletes virtual environments, in a folder or in a cluster.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune env} create my-idea --dir envs --parent main --component cart=4f2c1d0",
            "  ${COMMAND-FULL-NAME:-kitsune env} show my-idea --dir envs",
            "  ${COMMAND-FULL-NAME:-kitsune env} use my-idea && ${ROOT-COMMAND-NAME:-kitsune} curl http://127.0.0.1:8080/"
        })
final class EnvCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing, such as list");
    }
}
