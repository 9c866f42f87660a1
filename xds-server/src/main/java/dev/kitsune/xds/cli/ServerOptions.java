package dev.kitsune.xds.cli;

import dev.kitsune.xds.inspect.InspectionClient;
import java.io.IOException;
import java.net.URI;
import picocli.CommandLine.Option;

/** The options of commands that ask a running {@code serve}. */
final class ServerOptions {
    @Option(
            names = "--served",
            paramLabel = "HOST:PORT",
            converter = HostPort.HostPortConverter.class,
            defaultValue = HostPort.HTTP,
            description =
                    "The address that `serve` has as --http. Default: ${DEFAULT-VALUE}. For one in a cluster, call"
                            + " `kubectl port-forward` first.")
    @SuppressWarnings("NullAway.Init") // has a default
    private HostPort served;

    /** Asks the server. */
    @FunctionalInterface
    interface ServerQuestion<T> {
        T ask(InspectionClient client) throws IOException, InterruptedException;
    }

    <T> T ask(ServerQuestion<T> question) {
        try {
            return question.ask(new InspectionClient(URI.create("http://" + served)));
        } catch (IOException e) {
            throw CommandException.usage("--served " + served + ": no `serve` answers there (" + e
                    + "); give the address that `serve` has as --http");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failed("interrupted");
        }
    }
}
