package dev.kitsune.xds.cli;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Deletes a virtual environment. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Deletes a virtual environment. In a folder its text is removed from its file, and a file that is empty then is"
                    + " deleted. One that others have as their parent is not deleted.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune env delete} my-idea --dir envs",
            "",
            "Exit codes: 0 deleted, 1 it has children or cannot be deleted, 2 called wrongly."
        })
final class EnvDeleteCommand implements Runnable {
    @Parameters(paramLabel = "ENV", description = "The virtual environment.")
    @SuppressWarnings("NullAway.Init") // required
    private VirtualEnvironmentName name;

    @Mixin
    private final ServedOptions served = new ServedOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        Manifest<?> manifest = served.virtualEnvironment(served.read(), name);
        List<String> children = served.read().manifests().values().stream()
                .filter(other -> other.spec() instanceof VirtualEnvironment child
                        && name.equals(child.base().parent()))
                .map(other -> other.key().name())
                .sorted()
                .toList();
        if (!children.isEmpty()) {
            throw CommandException.failed(name + " is the parent of " + String.join(", ", children)
                    + ": delete them first, or give them another parent");
        }
        String place = served.writable().delete(manifest);
        PrintWriter out = spec.commandLine().getOut();
        out.println("deleted " + name + " from " + place);
        out.flush();
    }
}
