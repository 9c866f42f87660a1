package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.bootstrap.Bootstraps;
import dev.kitsune.envoy.bootstrap.ControlPlaneAddress;
import dev.kitsune.envoy.bootstrap.GrpcBootstrap;
import dev.kitsune.envoy.bootstrap.SystemAuthorities;
import dev.kitsune.envoy.json.EnvoyJson;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the file with which an Envoy or a gRPC client starts. */
@Command(
        name = "bootstrap",
        sortOptions = false,
        description = {
            "Prints the bootstrap file of an unmodified Envoy that runs as a gateway or as the sidecar of one"
                    + " component version, or of an app that calls others by gRPC without a sidecar. The file"
                    + " identifies the proxy and the control plane. The control plane sends everything else.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune bootstrap} --role gateway --listen-port 8080 --admin-port 9901 > gateway.yaml",
            "  envoy -c gateway.yaml --use-dynamic-base-id",
            "",
            "  ${COMMAND-FULL-NAME:-kitsune bootstrap} --role sidecar --app shop --component cart --version 77aa010 \\",
            "      --inbound-port 19101 --outbound-port 19201 --app-port 7001 --admin-port 9902 > cart.yaml",
            "",
            "  ${COMMAND-FULL-NAME:-kitsune bootstrap} --role grpc --app shop --component frontend > grpc.json",
            "  GRPC_XDS_BOOTSTRAP=grpc.json my-app    # which dials xds:///cart",
            "",
            "  ${COMMAND-FULL-NAME:-kitsune bootstrap} --role gateway --listen-port 8080 --admin-port 9901 \\",
            "      --xds kitsune.internal:18000 --tls /etc/kitsune > gateway.yaml    # for `serve --tls`",
            "",
            "Callers reach a component at its inbound port. Its app listens at 127.0.0.1:APP-PORT and calls "
                    + "http://127.0.0.1:OUTBOUND-PORT with the called component's name as Host.",
            "",
            "Exit codes: 0 printed, 2 called wrongly."
        })
final class BootstrapCommand implements Runnable {
    @Option(names = "--role", required = true, paramLabel = "ROLE", description = "One of ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init") // required
    private ProxyRole role;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ProxyOptions proxy;

    @Option(
            names = "--xds",
            paramLabel = "HOST:PORT",
            converter = HostPort.HostPortConverter.class,
            defaultValue = HostPort.XDS,
            description = "Where `serve` listens for Envoys. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private HostPort xds;

    @Mixin
    private final ControlPlaneTlsOptions tls = new ControlPlaneTlsOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "yaml or json. Default: yaml for an Envoy, json for a gRPC client, which reads nothing else.")
    private @Nullable OutputFormat output;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it; --version is the component's here
    private boolean help;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        OutputFormat usual = role == ProxyRole.grpc ? OutputFormat.json : OutputFormat.yaml;
        OutputFormat format = output == null ? usual : output;
        if (format == OutputFormat.text) {
            throw CommandException.usage("-o text: a bootstrap is yaml or json");
        }
        if (role == ProxyRole.grpc && format != OutputFormat.json) {
            throw CommandException.usage("-o " + format + ": a gRPC client reads only json");
        }
        if (xds.port() == 0) {
            throw CommandException.usage("--xds " + xds + ": name the port on which `serve` listens");
        }
        Proxy described = proxy.describe(role, Set.of(), spec.commandLine().getParseResult());
        String nodeId = proxy.nodeId(role);
        JsonNode printed = EnvoyJson.tree(
                described instanceof Proxy.GrpcProxy client
                        ? GrpcBootstrap.of(client, nodeId, xds.toString(), tls.ofGrpcClient())
                        : proxy.probed(
                                Bootstraps.of(
                                        described,
                                        nodeId,
                                        new ControlPlaneAddress(xds.host(), xds.port(), tls.of(xds)),
                                        proxy.adminPort(),
                                        authorities()),
                                described));
        PrintWriter out = spec.commandLine().getOut();
        out.print(format.print(printed));
        out.flush();
    }

    private static Optional<String> authorities() {
        return SystemAuthorities.FILES.stream()
                .filter(file -> Files.isReadable(Path.of(file)))
                .findFirst();
    }
}
