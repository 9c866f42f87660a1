package dev.kitsune.xds.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Calls curl with the header of the virtual environment that is in use. */
@Command(
        name = "curl",
        sortOptions = false,
        description = {
            "Calls curl with the header of the virtual environment that `${ROOT-COMMAND-NAME:-kitsune} env use` remembers. All"
                    + " arguments are curl's.",
            ""
        },
        customSynopsis = "${COMMAND-FULL-NAME:-kitsune curl} [--help] [curl's options] URL",
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune curl} -sS http://127.0.0.1:8080/cart",
            "",
            "Exit codes: those of curl; 1 if no virtual environment is remembered, or if there is no curl."
        })
final class CurlCommand implements Callable<Integer> {
    @Option(names = "--help", usageHelp = true, description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Unmatched
    private final List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        UsedVirtualEnvironment used = UsedVirtualEnvironment.of(Path.of(""))
                .orElseThrow(() -> CommandException.failed(
                        "no virtual environment is remembered here: call `kitsune env use ENV` first"));
        List<String> command = new ArrayList<>(List.of("curl", "-H", used.header() + ": " + used.name()));
        command.addAll(arguments);
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw CommandException.failed("curl cannot be started: install it, or send the header yourself: -H '"
                    + used.header() + ": " + used.name() + "'");
        }
    }
}
