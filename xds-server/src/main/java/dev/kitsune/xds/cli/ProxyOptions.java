package dev.kitsune.xds.cli;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.CallCapture;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.bootstrap.ReadyListener;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options that describe a proxy. Each role has its own options, and all missing ones are reported at once. */
final class ProxyOptions {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private static final Pattern WORKLOAD = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");

    @Option(
            names = "--listen-port",
            paramLabel = "PORT",
            converter = Port.PortConverter.class,
            description = "Gateway: where requests from outside enter.")
    private @Nullable Port listenPort;

    @Option(
            names = "--tls-port",
            paramLabel = "PORT",
            converter = Port.PortConverter.class,
            description = "Gateway: where requests from outside enter with TLS, while the Platform has certificates"
                    + " (gateway.tls).")
    private @Nullable Port tlsPort;

    @Option(
            names = "--listen-address",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "Gateway: the IP address of these ports; :: for all of them, also those of IPv4. Default:"
                    + " ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String listenAddress;

    @Option(names = "--app", paramLabel = "APP", description = "Sidecar, gRPC: the app of its component.")
    private @Nullable String app;

    @Option(names = "--component", paramLabel = "COMPONENT", description = "Sidecar, gRPC: the component.")
    private @Nullable String component;

    @Option(
            names = "--version",
            paramLabel = "VERSION",
            description = "Sidecar, gRPC: the component's version. Without it, a gRPC client has the version that the"
                    + " default virtual environment runs.")
    private @Nullable String version;

    @Option(
            names = "--inbound-port",
            paramLabel = "PORT",
            converter = Port.PortConverter.class,
            description = "Sidecar: where callers reach the component.")
    private @Nullable Port inboundPort;

    @Option(
            names = "--inbound-address",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "Sidecar: the IP address of that port; :: for all of them, also those of IPv4. Default:"
                    + " ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String inboundAddress;

    @Option(
            names = "--outbound-port",
            paramLabel = "PORT",
            converter = Port.PortConverter.class,
            description = "Sidecar: where its app calls others, on 127.0.0.1.")
    private @Nullable Port outboundPort;

    @Option(
            names = "--app-port",
            paramLabel = "PORT",
            converter = Port.PortConverter.class,
            description = "Sidecar: where its app listens, on 127.0.0.1.")
    private @Nullable Port appPort;

    @Option(
            names = "--id",
            paramLabel = "WORKLOAD",
            description =
                    "Sidecar, gRPC: the name of its Workload. Without it the workloads of its version must agree.")
    private @Nullable String id;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            converter = Port.PortConverter.class,
            description = "Gateway, sidecar: Envoy's own administration, on 127.0.0.1.")
    private @Nullable Port adminPort;

    @Option(
            names = "--ready-port",
            paramLabel = "PORT",
            converter = Port.PortConverter.class,
            description = "Gateway, sidecar: a port that answers /ready with 200 when Envoy has its configuration, for"
                    + " probes. Envoy then waits for its configuration without a limit.")
    private @Nullable Port readyPort;

    @Option(
            names = "--scopes",
            paramLabel = "SCOPES",
            defaultValue = "on-demand",
            description =
                    "Gateway, sidecar: on-demand loads a virtual environment at its first request, eager loads all at once. "
                            + "Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String scopes;

    @Option(
            names = "--capture",
            paramLabel = "CAPTURE",
            defaultValue = "explicit",
            description = "Sidecar: how the calls of its app arrive at the outbound port. explicit: the app calls that"
                    + " port. transparent: the kernel also sends it what the app opens. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String capture;

    /**
     * Returns the proxy. Missing, misplaced or malformed options are refused.
     *
     * @param idle options that may be omitted, because the command does not use them
     */
    Proxy describe(ProxyRole role, Set<String> idle, ParseResult given) {
        role.check(idle, given);
        if (role == ProxyRole.grpc) {
            return new Proxy.GrpcProxy(componentName(), version == null ? null : version(), id);
        }
        Scopes loading = Scopes.parse(scopes)
                .orElseThrow(() -> CommandException.usage("--scopes " + scopes + ": expected on-demand or eager"));
        Map<String, @Nullable Port> ports = new HashMap<>();
        if (adminPort != null) {
            ports.put("--admin-port", adminPort);
        }
        if (readyPort != null) {
            ports.put("--ready-port", readyPort);
        }
        if (role == ProxyRole.gateway) {
            ports.put("--listen-port", listenPort);
            if (tlsPort != null) {
                ports.put("--tls-port", tlsPort);
            }
            refuseSamePorts(ports);
            return new Proxy.GatewayProxy(
                    listenAddress, number(listenPort), tlsPort == null ? null : (Integer) tlsPort.number(), loading);
        }
        ports.put("--inbound-port", inboundPort);
        ports.put("--outbound-port", outboundPort);
        ports.put("--app-port", appPort);
        refuseSamePorts(ports);
        CallCapture arriving = CallCapture.parse(capture)
                .orElseThrow(
                        () -> CommandException.usage("--capture " + capture + ": expected explicit or transparent"));
        return new Proxy.SidecarProxy(
                        new ComponentVersion(componentName(), version()),
                        id,
                        inboundAddress,
                        number(inboundPort),
                        number(outboundPort),
                        number(appPort),
                        loading)
                .with(arriving);
    }

    /** Returns the port of Envoy's admin interface. */
    int adminPort() {
        return number(adminPort);
    }

    /** Adds what the options say of probes. */
    Bootstrap probed(Bootstrap bootstrap, Proxy proxy) {
        return readyPort == null
                ? bootstrap
                : ReadyListener.addTo(
                        bootstrap,
                        proxy instanceof Proxy.SidecarProxy ? inboundAddress : listenAddress,
                        readyPort.number());
    }

    private ComponentName componentName() {
        return new ComponentName(label("--app", app), label("--component", component));
    }

    private String version() {
        return version(version);
    }

    static String label(String option, @Nullable String given) {
        return text(option, given, LABEL, "of lower-case letters, digits and -");
    }

    static String version(@Nullable String given) {
        return text("--version", given, VERSION, "of letters, digits, ., _ and -, 63 at most");
    }

    static String workload(String given) {
        return text("--id", given, WORKLOAD, "of letters, digits, ., _ and -, 253 at most");
    }

    /** Returns the name of this proxy for people and the log. */
    String nodeId(ProxyRole role) {
        if (role == ProxyRole.gateway) {
            return "gateway:" + listenPort;
        }
        if (id != null) {
            return id;
        }
        String what = app + "/" + component + (version == null ? "" : "@" + version);
        return role == ProxyRole.grpc ? "grpc:" + what : what + ":" + inboundPort;
    }

    private static void refuseSamePorts(Map<String, @Nullable Port> ports) {
        Map<Port, String> seen = new HashMap<>();
        ports.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(port -> {
            String before = seen.put(Objects.requireNonNull(port.getValue()), port.getKey());
            if (before != null) {
                throw CommandException.usage(
                        before + " and " + port.getKey() + " are both " + port.getValue() + ": each needs its own");
            }
        });
    }

    private static int number(@Nullable Port port) {
        return Objects.requireNonNull(port, "was checked to be given").number();
    }

    private static String text(String option, @Nullable String given, Pattern grammar, String expected) {
        String text = Objects.requireNonNull(given, "was checked to be given");
        if (!grammar.matcher(text).matches()) {
            throw CommandException.usage(
                    option + " '" + text + "': expected a name " + expected + ", alphanumeric at both ends");
        }
        return text;
    }
}
