package dev.kitsune.xds.cli;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: a tree of commands. */
@Command(
        name = "kitsune",
        description = {
            "An Envoy control plane for virtual environments: overlays of variables, secrets and component versions over "
                    + "deployments that already run. A request names its virtual environment in a header. Unmodified Envoys do "
                    + "the rest.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            CheckCommand.class,
            EnvCommand.class,
            CurlCommand.class,
            BootstrapCommand.class,
            InjectCommand.class,
            ExplainCommand.class,
            ProxiesCommand.class,
            TranslateCommand.class,
            DiffCommand.class,
            UsageCommand.class,
            ReleaseCommand.class,
            RollbackCommand.class,
            HistoryCommand.class,
            ExpiryCommand.class,
            TokenCommand.class,
            CertsCommand.class,
            ReadyCommand.class,
            CleanupCommand.class,
            SchemaCommand.class,
            CompletionCommand.class,
            NamesCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nFirst steps:%n",
        footer = {
            "  ${ROOT-COMMAND-NAME:-kitsune} COMMAND --help             what a command takes, with examples",
            "",
            "Exit codes: 0 done, 1 a negative result (see the help of each command), 2 called wrongly, 70 a fault of"
                    + " Kitsune.",
            "Settings:   KITSUNE_LOG=DEBUG makes the log more detailed; NO_COLOR=1 turns colours off."
        })
public final class KitsuneCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /**
     * The whole command line.
     *
     * @param name by which the user called it
     * @param more commands of other modules
     */
    public static CommandLine commandLine(String name, Object... more) {
        CommandLine root = new CommandLine(new KitsuneCommand());
        for (Object command : more) {
            root.addSubcommand(command);
        }
        return root.setCommandName(name)
                .registerConverter(VirtualEnvironmentName.class, VirtualEnvironmentName::new)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(KitsuneCommand::calledWrongly)
                .setExecutionExceptionHandler(KitsuneCommand::failed);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int calledWrongly(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(command.getCommandSpec().qualifiedName() + ": " + sentence(e)));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("`" + command.getCommandSpec().qualifiedName() + " --help` shows its options.");
        err.flush();
        return ExitCode.USAGE;
    }

    private static String sentence(ParameterException e) {
        boolean command = e instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !unmatched.getCommandLine().getSubcommands().isEmpty();
        return command
                ? "there is no command '"
                        + ((UnmatchedArgumentException) e).getUnmatched().get(0) + "'"
                : String.valueOf(e.getMessage());
    }

    private static int failed(Exception e, CommandLine command, ParseResult result) {
        PrintWriter err = command.getErr();
        if (e instanceof CommandException refusal) {
            err.println(command.getColorScheme()
                    .errorText(command.getCommandSpec().qualifiedName() + ": " + e.getMessage()));
            err.flush();
            return refusal.exitCode();
        }
        err.println(
                command.getColorScheme().errorText("This is a fault of Kitsune. Please report it with what follows:"));
        e.printStackTrace(err);
        err.flush();
        return ExitCode.FAULT;
    }
}
