package dev.kitsune.e2e.mesh;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.cli.KitsuneCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Makes the bootstrap of a proxy with {@code kitsune bootstrap}, so that each mesh also tests that command. */
public final class BootstrapText {
    private BootstrapText() {}

    /** Returns the bootstrap of an Envoy as YAML. */
    public static String of(Proxy proxy, int xdsPort, int adminPort) {
        return of(proxy, xdsPort, adminPort, List.of());
    }

    /**
     * The same for a control plane that asks who calls.
     *
     * @param serverName in the certificate of the control plane
     * @param credentials the folder of what the proxy shows
     */
    public static String of(Proxy proxy, int xdsPort, int adminPort, String serverName, Path credentials) {
        return of(
                proxy,
                xdsPort,
                adminPort,
                List.of("--tls", credentials.toAbsolutePath().toString(), "--server-name", serverName));
    }

    private static String of(Proxy proxy, int xdsPort, int adminPort, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of("bootstrap", "--xds", "127.0.0.1:" + xdsPort));
        arguments.addAll(more);
        arguments.addAll(List.of("--admin-port", Integer.toString(adminPort)));
        arguments.addAll(List.of("--scopes", proxy.scopes().text()));
        if (proxy instanceof Proxy.GatewayProxy gateway) {
            arguments.addAll(List.of("--role", "gateway", "--listen-port", Integer.toString(gateway.listenPort())));
            if (gateway.tlsPort() != null) {
                arguments.addAll(List.of("--tls-port", Integer.toString(gateway.tlsPort())));
            }
        } else if (proxy instanceof Proxy.SidecarProxy sidecar) {
            arguments.addAll(List.of(
                    "--role",
                    "sidecar",
                    "--app",
                    sidecar.component().name().app(),
                    "--component",
                    sidecar.component().name().component(),
                    "--version",
                    sidecar.component().version()));
            arguments.addAll(List.of("--inbound-address", sidecar.inboundAddress()));
            arguments.addAll(List.of("--inbound-port", Integer.toString(sidecar.inboundPort())));
            arguments.addAll(List.of("--outbound-port", Integer.toString(sidecar.outboundPort())));
            arguments.addAll(List.of("--app-port", Integer.toString(sidecar.appPort())));
            arguments.addAll(List.of("--capture", sidecar.bootstrap().capture().text()));
            if (sidecar.workload() != null) {
                arguments.addAll(List.of("--id", sidecar.workload()));
            }
        }
        return print(arguments);
    }

    /** Returns the bootstrap of an app without a sidecar as JSON. */
    public static String ofGrpcClient(int xdsPort, ComponentVersion component) {
        return print(List.of(
                "bootstrap",
                "--role",
                "grpc",
                "--xds",
                "127.0.0.1:" + xdsPort,
                "--app",
                component.name().app(),
                "--component",
                component.name().component(),
                "--version",
                component.version()));
    }

    private static String print(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine kitsune = KitsuneCommand.commandLine("kitsune")
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err));
        int code = kitsune.execute(arguments.toArray(String[]::new));
        if (code != 0) {
            throw new IllegalStateException("kitsune " + String.join(" ", arguments) + ": " + err);
        }
        return out.toString();
    }
}
