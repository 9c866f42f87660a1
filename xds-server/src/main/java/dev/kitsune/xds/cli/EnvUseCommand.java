package dev.kitsune.xds.cli;

import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Remembers the virtual environment that a developer works with. */
@Command(
        name = "use",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Remembers the virtual environment of this folder, in the file " + UsedVirtualEnvironment.FILE
                    + ". `${ROOT-COMMAND-NAME:-kitsune}"
                    + " curl` sends its header, and a prompt can show it. Without ENV, it prints what is remembered here or in"
                    + " a folder around this one. With --dir or a cluster, it first looks whether the virtual environment"
                    + " exists.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune env use} my-idea",
            "  ${COMMAND-FULL-NAME:-kitsune env use} --none",
            "  PS1='[$(cat " + UsedVirtualEnvironment.FILE + " 2>/dev/null)] \\w $ '",
            "",
            "Exit codes: 0 remembered, forgotten or printed; 1 nothing is remembered; 2 called wrongly."
        })
final class EnvUseCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ENV", arity = "0..1", description = "The virtual environment.")
    private @Nullable VirtualEnvironmentName name;

    @Option(names = "--none", description = "Forget the virtual environment of this folder.")
    private boolean none;

    @Mixin
    private final ServedOptions served = new ServedOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        Path here = Path.of("").toAbsolutePath();
        if (name == null) {
            return none ? forget(here) : print(here);
        }
        if (none) {
            throw CommandException.usage("either " + name + " or --none");
        }
        String header = Platform.Context.DEFAULT.header();
        if (served.isNamed()) {
            ResolvedInput input = served.resolved();
            input.virtualEnvironment(name);
            header = input.snapshot().platform().context().header();
        }
        new UsedVirtualEnvironment(here.resolve(UsedVirtualEnvironment.FILE), name, header).write();
        return ExitCode.OK;
    }

    private int print(Path here) {
        PrintWriter out = spec.commandLine().getOut();
        return UsedVirtualEnvironment.of(here)
                .map(used -> {
                    out.println(used.name());
                    out.flush();
                    return ExitCode.OK;
                })
                .orElseGet(() -> {
                    spec.commandLine()
                            .getErr()
                            .println("no virtual environment is remembered here: `kitsune env use ENV`");
                    spec.commandLine().getErr().flush();
                    return ExitCode.FAILED;
                });
    }

    private static int forget(Path here) {
        UsedVirtualEnvironment.of(here).ifPresent(UsedVirtualEnvironment::forget);
        return ExitCode.OK;
    }
}
