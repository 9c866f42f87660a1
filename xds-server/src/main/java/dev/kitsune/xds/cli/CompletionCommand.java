package dev.kitsune.xds.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Prints a script with which a shell completes commands, options and names. picocli's script is the same for every
 * folder, so an additional function calls {@link NamesCommand} while the user types.
 */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Prints a script with which your shell completes commands, options, and the names of virtual"
                + " environments, apps, components and workloads in the folder of --dir. Write --dir before"
                + " these names.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(${ROOT-COMMAND-NAME:-kitsune} completion bash)",
            "  source <(${ROOT-COMMAND-NAME:-kitsune} completion zsh)    after: autoload -U compinit && compinit",
            "  ${ROOT-COMMAND-NAME:-kitsune} completion fish | source"
        })
final class CompletionCommand implements Runnable {
    /** One script serves bash and zsh. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init") // required
    private Shell shell;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (shell == Shell.fish) {
            out.print(FishCompletion.of(spec.root().commandLine()));
        } else {
            out.print(AutoComplete.bash("kitsune", spec.root().commandLine()));
            out.print(names());
        }
        out.flush();
    }

    private static String names() {
        try (InputStream names = Objects.requireNonNull(
                CompletionCommand.class.getResourceAsStream("names.bash"), "it is packed with this class")) {
            return new String(names.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
