package dev.kitsune.xds.cli;

import dev.kitsune.k8s.inuse.Cleanup;
import dev.kitsune.k8s.watch.NoClusterException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prepares a cluster for the uninstallation of Kitsune. */
@Command(
        name = "cleanup",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Prepares a cluster for the uninstallation of Kitsune. It stops all replicas, and removes the finalizer"
                    + " kitsune.dev/in-use from all objects. With this finalizer a deleted object stays as long as"
                    + " another one needs it, and without Kitsune it would stay for ever. No object is deleted."
                    + " `helm uninstall` does this by itself.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune cleanup} --context prod",
            "",
            "Exit codes: 0 done, 1 a replica still runs, or the API server refuses it, 2 called wrongly."
        })
final class CleanupCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "The context of the kubeconfig. Default: the current one, or the cluster of the pod.")
    private @Nullable String context;

    @Option(
            names = "--system-namespace",
            paramLabel = "NAME",
            defaultValue = ClusterOptions.SYSTEM_NAMESPACE,
            description = "The namespace in which Kitsune runs. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String systemNamespace;

    @Option(
            names = "--deployment",
            paramLabel = "NAME",
            defaultValue = "kitsune",
            description = "The Deployment of the replicas. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String deployment;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        try (Cleanup cleanup = new Cleanup(ClusterOptions.named(context).config())) {
            if (!cleanup.stop(systemNamespace, deployment, PATIENCE)) {
                throw CommandException.failed("a replica of the Deployment " + systemNamespace + "/" + deployment
                        + " still runs after " + PATIENCE.toSeconds()
                        + " seconds, and would set the finalizers again: end its"
                        + " pods, then try again");
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println("No replica of the Deployment " + systemNamespace + "/" + deployment + " runs.");
            out.println("The finalizer kitsune.dev/in-use was removed from "
                    + Count.of(cleanup.removeFinalizers(), "object") + ".");
            out.flush();
            return ExitCode.OK;
        } catch (NoClusterException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()));
        }
    }
}
