package dev.kitsune.xds.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a running `serve` whether it is ready. The container image has no other program that could ask. */
@Command(
        name = "ready",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {"Asks a running `serve` whether it serves a complete snapshot.", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune ready}",
            "  ${COMMAND-FULL-NAME:-kitsune ready} kitsune.kitsune.svc:18002",
            "",
            "Exit codes: 0 ready, 1 not ready or no answer, 2 called wrongly."
        })
final class ReadyCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int OK = 200;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "HOST:PORT",
            converter = HostPort.HostPortConverter.class,
            defaultValue = HostPort.HTTP,
            description = "The address that `serve` has as --health or as --http. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private HostPort server;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        HttpResponse<String> answer = ask();
        PrintWriter out = spec.commandLine().getOut();
        out.print(answer.body());
        out.flush();
        return answer.statusCode() == OK ? ExitCode.OK : ExitCode.FAILED;
    }

    private HttpResponse<String> ask() {
        try {
            return HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + server + "/readyz"))
                                    .timeout(PATIENCE)
                                    .build(),
                            BodyHandlers.ofString());
        } catch (IOException e) {
            throw CommandException.failed("no `serve` answers at " + server + " (" + e
                    + "); give the address that `serve` has as --health or as --http");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failed("interrupted");
        }
    }
}
