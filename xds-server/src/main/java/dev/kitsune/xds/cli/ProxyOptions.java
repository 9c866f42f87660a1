package dev.kitsune.xds.cli;

import com.google.common.collect.ImmutableList;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** What a proxy is, as options: some are for gateways and some are for sidecars, and all that are missing are named at once. */
final class ProxyOptions {
    /** What an Envoy can be. */
    enum Role {
        gateway(List.of("--listen-port"), List.of("--listen-address")),
        sidecar(
                List.of("--app", "--component", "--version", "--inbound-port", "--outbound-port", "--app-port"),
                List.of("--id", "--inbound-address"));

        private final ImmutableList<String> required;
        private final ImmutableList<String> optional;

        Role(List<String> required, List<String> optional) {
            this.required = ImmutableList.copyOf(required);
            this.optional = ImmutableList.copyOf(optional);
        }

        private Stream<String> options() {
            return Stream.concat(required.stream(), optional.stream());
        }
    }

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    @Option(
            names = "--listen-port",
            paramLabel = "PORT",
            converter = Port.Converter.class,
            description = "Gateway: where requests from outside enter.")
    private @Nullable Port listenPort;

    @Option(
            names = "--listen-address",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "Gateway: the IP address of that port. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String listenAddress;

    @Option(names = "--app", paramLabel = "APP", description = "Sidecar: the app of its component.")
    private @Nullable String app;

    @Option(names = "--component", paramLabel = "COMPONENT", description = "Sidecar: the component.")
    private @Nullable String component;

    @Option(names = "--version", paramLabel = "VERSION", description = "Sidecar: the component's version.")
    private @Nullable String version;

    @Option(
            names = "--inbound-port",
            paramLabel = "PORT",
            converter = Port.Converter.class,
            description = "Sidecar: where callers reach the component.")
    private @Nullable Port inboundPort;

    @Option(
            names = "--inbound-address",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "Sidecar: the IP address of that port. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String inboundAddress;

    @Option(
            names = "--outbound-port",
            paramLabel = "PORT",
            converter = Port.Converter.class,
            description = "Sidecar: where its app calls others, on 127.0.0.1.")
    private @Nullable Port outboundPort;

    @Option(
            names = "--app-port",
            paramLabel = "PORT",
            converter = Port.Converter.class,
            description = "Sidecar: where its app listens, on 127.0.0.1.")
    private @Nullable Port appPort;

    @Option(
            names = "--id",
            paramLabel = "WORKLOAD",
            description = "Sidecar: the name of its Workload. Without it the workloads of its version must agree.")
    private @Nullable String id;

    /** The proxy; refuses what is missing, out of place or malformed. {@code adminPort}: null where it has none */
    Proxy describe(Role role, Scopes scopes, @Nullable Port adminPort, ParseResult given) {
        List<String> missing =
                role.required.stream().filter(o -> !given.hasMatchedOption(o)).toList();
        if (!missing.isEmpty()) {
            throw Refusal.usage("--role " + role + " needs " + String.join(", ", missing) + " as well");
        }
        Role other = role == Role.gateway ? Role.sidecar : Role.gateway;
        other.options().filter(given::hasMatchedOption).findFirst().ifPresent(option -> {
            throw Refusal.usage(option + " is for a " + other + ", and --role is " + role + ": leave one of them out");
        });
        Map<String, @Nullable Port> ports = new HashMap<>();
        if (adminPort != null) {
            ports.put("--admin-port", adminPort);
        }
        if (role == Role.gateway) {
            ports.put("--listen-port", listenPort);
            refuseSamePorts(ports);
            return new Proxy.Gateway(listenAddress, number(listenPort), scopes);
        }
        ports.put("--inbound-port", inboundPort);
        ports.put("--outbound-port", outboundPort);
        ports.put("--app-port", appPort);
        refuseSamePorts(ports);
        return new Proxy.Sidecar(
                new ComponentVersion(
                        text("--app", app, LABEL, "of lower-case letters, digits and -"),
                        text("--component", component, LABEL, "of lower-case letters, digits and -"),
                        text("--version", version, VERSION, "of letters, digits, ., _ and -, 63 at most")),
                id,
                inboundAddress,
                number(inboundPort),
                number(outboundPort),
                number(appPort),
                scopes);
    }

    /** Names this one Envoy among all, to people and in the log. */
    String nodeId(Role role) {
        if (role == Role.gateway) {
            return "gateway:" + listenPort;
        }
        return id != null ? id : app + "/" + component + "@" + version + ":" + inboundPort;
    }

    private static void refuseSamePorts(Map<String, @Nullable Port> ports) {
        Map<Port, String> seen = new HashMap<>();
        ports.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(port -> {
            String before = seen.put(Objects.requireNonNull(port.getValue()), port.getKey());
            if (before != null) {
                throw Refusal.usage(
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
            throw Refusal.usage(
                    option + " '" + text + "': expected a name " + expected + ", alphanumeric at both ends");
        }
        return text;
    }
}
