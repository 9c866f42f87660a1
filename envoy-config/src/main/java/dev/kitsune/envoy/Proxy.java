package dev.kitsune.envoy;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An Envoy or a gRPC client, as the Node in its bootstrap describes it. Apart from the snapshot, its resources depend
 * only on this, and only by its {@link Audience}.
 */
public sealed interface Proxy {
    /** Metadata field of the Node that holds all others. */
    String METADATA = "kitsune";

    /** The field with a gateway's port for TLS, if it has one. */
    String TLS_PORT = "tlsPort";

    /** The field that says how calls arrive, if an app does not call its sidecar explicitly. */
    String CAPTURE = "capture";

    /**
     * The headers that Kitsune's bootstrap declares as inline, in alphabetical order. Envoy joins their lines on
     * arrival, so that a doubled context is recognised.
     */
    List<String> INLINE_HEADERS = Stream.of(
                    Platform.DEFAULT.context().header(),
                    Platform.DEFAULT.context().deploymentHeader())
            .sorted()
            .toList();

    /** Whether it loads virtual environments at first use or all at once. */
    enum Scopes {
        ON_DEMAND,
        EAGER;

        public static Optional<Scopes> parse(String text) {
            return Arrays.stream(values())
                    .filter(scopes -> scopes.text().equals(text))
                    .findFirst();
        }

        public String text() {
            return this == EAGER ? "eager" : "on-demand";
        }
    }

    /** How the calls of an app arrive at its sidecar. */
    enum CallCapture {
        /** The app calls the outbound port of its sidecar. */
        EXPLICIT,
        /** The app calls names as without a sidecar, and the kernel sends its connections to the outbound port. */
        TRANSPARENT;

        public static Optional<CallCapture> parse(String text) {
            return Arrays.stream(values())
                    .filter(capture -> capture.text().equals(text))
                    .findFirst();
        }

        public String text() {
            return this == TRANSPARENT ? "transparent" : "explicit";
        }
    }

    /**
     * How a sidecar puts credentials on requests. Envoys older than 1.40 reject the routes of the first way, so the names
     * of routes and clusters say which way they are made for.
     */
    enum CredentialsBy {
        /** The routes add them, over clusters that virtual environments with equal targets share. */
        ROUTE,
        /** Every virtual environment with credentials of its own has clusters of its own. */
        CLUSTER;

        private static final int FIRST_MINOR = 40;

        static CredentialsBy of(Node node) {
            return EnvoyVersion.isOlder(node, FIRST_MINOR) ? CLUSTER : ROUTE;
        }
    }

    Scopes scopes();

    /**
     * The entry point of requests from outside.
     *
     * @param tlsPort where clients use TLS if the Platform has certificates; null for no such port
     */
    record GatewayProxy(
            String listenAddress, int listenPort, @Nullable Integer tlsPort, Scopes scopes) implements Proxy, Audience {
        /** A gateway without a port for TLS. */
        public GatewayProxy(String listenAddress, int listenPort, Scopes scopes) {
            this(listenAddress, listenPort, null, scopes);
        }
    }

    /**
     * The sidecar of one component version.
     *
     * @param workload its Workload's name; null if the workloads of the version must agree
     * @param bootstrap what its bootstrap and its version say about its behaviour
     */
    record SidecarProxy(
            ComponentVersion component,
            @Nullable String workload,
            String inboundAddress,
            int inboundPort,
            int outboundPort,
            int appPort,
            BootstrapSettings bootstrap)
            implements Proxy {
        /** A sidecar with Kitsune's bootstrap, of the pinned Envoy. */
        public SidecarProxy(
                ComponentVersion component,
                @Nullable String workload,
                String inboundAddress,
                int inboundPort,
                int outboundPort,
                int appPort,
                Scopes scopes) {
            this(
                    component,
                    workload,
                    inboundAddress,
                    inboundPort,
                    outboundPort,
                    appPort,
                    new BootstrapSettings(scopes, INLINE_HEADERS, CredentialsBy.ROUTE, CallCapture.EXPLICIT));
        }

        @Override
        public Scopes scopes() {
            return bootstrap.scopes();
        }

        /** Returns the same sidecar, to which calls arrive in this way. */
        public SidecarProxy with(CallCapture capture) {
            return new SidecarProxy(
                    component,
                    workload,
                    inboundAddress,
                    inboundPort,
                    outboundPort,
                    appPort,
                    new BootstrapSettings(
                            bootstrap.scopes(), bootstrap.inlineHeaders(), bootstrap.credentials(), capture));
        }

        public List<String> inlineHeaders() {
            return bootstrap.inlineHeaders();
        }

        public CredentialsBy credentials() {
            return bootstrap.credentials();
        }
    }

    /**
     * How a sidecar behaves because of its bootstrap and of its version.
     *
     * @param inlineHeaders the headers that it declares as inline
     * @param credentials follows from the version that Envoy itself says, so the metadata do not hold it
     */
    record BootstrapSettings(
            Scopes scopes, List<String> inlineHeaders, CredentialsBy credentials, CallCapture capture) {
        public BootstrapSettings {
            inlineHeaders = List.copyOf(inlineHeaders);
        }
    }

    /**
     * An app that calls others through its gRPC library, without a sidecar.
     *
     * @param version null if the version of the default virtual environment applies
     * @param workload as a sidecar's
     */
    record GrpcProxy(
            ComponentName component,
            @Nullable String version,
            @Nullable String workload) implements Proxy, Audience {
        /** Its routes hold all virtual environments. */
        @Override
        public Scopes scopes() {
            return Scopes.EAGER;
        }
    }

    /** A Node that Kitsune does not recognise, with the reason. */
    final class UnknownProxyException extends Exception {
        private static final long serialVersionUID = 1;

        UnknownProxyException(String message) {
            super(message);
        }
    }

    /** Reads what {@link #metadata} wrote. */
    static Proxy of(Node node) throws UnknownProxyException {
        Value ours = node.getMetadata().getFieldsMap().get(METADATA);
        if (ours == null || !ours.hasStructValue()) {
            throw new UnknownProxyException("node " + node.getId() + " has no metadata \"" + METADATA
                    + "\": make its bootstrap with `kitsune bootstrap`");
        }
        Struct fields = ours.getStructValue();
        Scopes scopes = Scopes.parse(text(fields, "scopes"))
                .orElseThrow(() -> new UnknownProxyException(
                        "node " + node.getId() + " has no usable scopes in its metadata: expected on-demand or eager"));
        String role = text(fields, "role");
        return switch (role) {
            case "gateway" ->
                new GatewayProxy(
                        text(fields, "listenAddress"),
                        port(node, fields, "listenPort"),
                        fields.containsFields(TLS_PORT) ? (Integer) port(node, fields, TLS_PORT) : null,
                        scopes);
            case "sidecar" ->
                new SidecarProxy(
                        new ComponentVersion(text(fields, "app"), text(fields, "component"), text(fields, "version")),
                        textOrNull(fields, "workload"),
                        text(fields, "inboundAddress"),
                        port(node, fields, "inboundPort"),
                        port(node, fields, "outboundPort"),
                        port(node, fields, "appPort"),
                        new BootstrapSettings(
                                scopes, inlineHeaders(fields), CredentialsBy.of(node), capture(node, fields)));
            case "grpc" ->
                new GrpcProxy(
                        new ComponentName(text(fields, "app"), text(fields, "component")),
                        textOrNull(fields, "version"),
                        textOrNull(fields, "workload"));
            default ->
                throw new UnknownProxyException(
                        "node " + node.getId() + " has role \"" + role + "\": expected gateway, sidecar or grpc");
        };
    }

    /** Returns the metadata for the Node in the bootstrap. */
    default Struct metadata() {
        Struct.Builder fields = Struct.newBuilder();
        if (this instanceof GatewayProxy gateway) {
            put(fields, "role", "gateway");
            put(fields, "listenAddress", gateway.listenAddress());
            put(fields, "listenPort", gateway.listenPort());
            if (gateway.tlsPort() != null) {
                put(fields, TLS_PORT, gateway.tlsPort());
            }
        } else if (this instanceof SidecarProxy sidecar) {
            put(fields, "role", "sidecar");
            put(fields, "app", sidecar.component().name().app());
            put(fields, "component", sidecar.component().name().component());
            put(fields, "version", sidecar.component().version());
            if (sidecar.workload() != null) {
                put(fields, "workload", sidecar.workload());
            }
            put(fields, "inboundAddress", sidecar.inboundAddress());
            put(fields, "inboundPort", sidecar.inboundPort());
            put(fields, "outboundPort", sidecar.outboundPort());
            put(fields, "appPort", sidecar.appPort());
            ListValue.Builder inline = ListValue.newBuilder();
            sidecar.inlineHeaders()
                    .forEach(header -> inline.addValues(Value.newBuilder().setStringValue(header)));
            fields.putFields(
                    "inlineHeaders", Value.newBuilder().setListValue(inline).build());
            if (sidecar.bootstrap().capture() != CallCapture.EXPLICIT) {
                put(fields, CAPTURE, sidecar.bootstrap().capture().text());
            }
        } else if (this instanceof GrpcProxy grpc) {
            put(fields, "role", "grpc");
            put(fields, "app", grpc.component().app());
            put(fields, "component", grpc.component().component());
            if (grpc.version() != null) {
                put(fields, "version", grpc.version());
            }
            if (grpc.workload() != null) {
                put(fields, "workload", grpc.workload());
            }
        }
        put(fields, "scopes", scopes().text());
        return Struct.newBuilder()
                .putFields(METADATA, Value.newBuilder().setStructValue(fields).build())
                .build();
    }

    /** Returns the Node of a sidecar or an app as that of a workload of this version, whatever it says itself. */
    static Node asWorkload(Node node, ComponentVersion component, @Nullable String workload) {
        Struct.Builder fields = node.getMetadata().getFieldsOrThrow(METADATA).getStructValue().toBuilder();
        put(fields, "app", component.name().app());
        put(fields, "component", component.name().component());
        put(fields, "version", component.version());
        fields.removeFields("workload");
        if (workload != null) {
            put(fields, "workload", workload);
        }
        Node.Builder served = node.toBuilder();
        served.getMetadataBuilder()
                .putFields(METADATA, Value.newBuilder().setStructValue(fields).build());
        return served.build();
    }

    private static void put(Struct.Builder fields, String name, String text) {
        fields.putFields(name, Value.newBuilder().setStringValue(text).build());
    }

    private static void put(Struct.Builder fields, String name, int number) {
        fields.putFields(name, Value.newBuilder().setNumberValue(number).build());
    }

    private static String text(Struct fields, String name) {
        return fields.getFieldsOrDefault(name, Value.getDefaultInstance()).getStringValue();
    }

    private static @Nullable String textOrNull(Struct fields, String name) {
        return fields.containsFields(name) ? text(fields, name) : null;
    }

    /** Bootstraps of earlier versions do not say it. A header that is left out here only costs some work. */
    private static List<String> inlineHeaders(Struct fields) {
        return fields
                .getFieldsOrDefault("inlineHeaders", Value.getDefaultInstance())
                .getListValue()
                .getValuesList()
                .stream()
                .map(Value::getStringValue)
                .filter(header -> header.matches("[a-z0-9_.-]+"))
                .distinct()
                .sorted()
                .toList();
    }

    private static CallCapture capture(Node node, Struct fields) throws UnknownProxyException {
        return fields.containsFields(CAPTURE)
                ? CallCapture.parse(text(fields, CAPTURE))
                        .orElseThrow(() -> new UnknownProxyException("node " + node.getId()
                                + " has no usable capture in its metadata: expected explicit or transparent"))
                : CallCapture.EXPLICIT;
    }

    private static int port(Node node, Struct fields, String name) throws UnknownProxyException {
        double number =
                fields.getFieldsOrDefault(name, Value.getDefaultInstance()).getNumberValue();
        if (number < 1 || number > 65535 || number != Math.rint(number)) {
            throw new UnknownProxyException("node " + node.getId() + " has no usable " + name + " in its metadata");
        }
        return (int) number;
    }
}
