package dev.kitsune.envoy.name;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.CallCapture;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The name of a listener. */
public sealed interface ListenerName {
    /** Stands in place of an unknown workload or version, and of a missing virtual environment. */
    String NONE = "-";

    /**
     * A gateway's port without TLS: {@code gateway/127.0.0.1/8080/on-demand}. If the gateway has a port for TLS, it is
     * the last part.
     */
    record GatewayListenerName(
            String address,
            int port,
            Scopes scopes,
            @Nullable Integer tlsPort) implements ListenerName {
        @Override
        public String toString() {
            return "gateway/" + address + "/" + port + "/" + scopes.text() + (tlsPort == null ? "" : "/" + tlsPort);
        }
    }

    /** A gateway's port with TLS: {@code gateway-tls/127.0.0.1/8443/on-demand}. */
    record GatewayTlsListenerName(String address, int port, Scopes scopes) implements ListenerName {
        @Override
        public String toString() {
            return "gateway-tls/" + address + "/" + port + "/" + scopes.text();
        }
    }

    /**
     * The port at which callers reach a component:
     * {@code inbound/shop/cart@77aa010/main/127.0.0.1/15000/8080/kitsune-dep,kitsune-env}.
     *
     * @param context the virtual environment of the workload's requests without context; null if the workload has none
     *     of its own, so that the Platform's default applies
     * @param inlineHeaders the headers whose lines Envoy joins; the last part is missing if there are none
     */
    record InboundListenerName(
            ComponentVersion version,
            @Nullable VirtualEnvironmentName context,
            String address,
            int port,
            int appPort,
            List<String> inlineHeaders)
            implements ListenerName {
        public InboundListenerName {
            inlineHeaders = List.copyOf(inlineHeaders);
        }

        @Override
        public String toString() {
            return "inbound/" + version + "/" + orNone(context) + "/" + address + "/" + port + "/" + appPort
                    + last(inlineHeaders);
        }
    }

    /**
     * The port at which an app calls others: {@code outbound/shop/cart@77aa010/main/15001/kitsune-dep,kitsune-env}. If
     * it takes captured connections, the first part is {@code transparent}. The parameters are as above.
     */
    record OutboundListenerName(
            ComponentVersion version,
            @Nullable VirtualEnvironmentName context,
            int port,
            List<String> inlineHeaders,
            CallCapture capture)
            implements ListenerName {
        public OutboundListenerName {
            inlineHeaders = List.copyOf(inlineHeaders);
        }

        @Override
        public String toString() {
            return (capture == CallCapture.TRANSPARENT ? "transparent/" : "outbound/") + version + "/" + orNone(context)
                    + "/" + port + last(inlineHeaders);
        }
    }

    /** The local port of a TCP adapter: {@code local/shop/cart@77aa010/main/shop/orders-db/15432}. */
    record LocalListenerName(
            ComponentVersion version, @Nullable VirtualEnvironmentName context, AdapterName adapter, int port)
            implements ListenerName {
        @Override
        public String toString() {
            return "local/" + version + "/" + orNone(context) + "/" + adapter + "/" + port;
        }
    }

    /**
     * The listener of a host that a gRPC client dials: {@code grpc/shop/frontend@f1/frontend-1/cart}. Its bootstrap
     * adds the first part of the name.
     */
    record GrpcListenerName(Proxy.GrpcProxy client, String dialled) implements ListenerName {
        /** Returns the host that it dials, without a port. */
        public String host() {
            return dialled.replaceFirst(":[0-9]+$", "");
        }

        @Override
        public String toString() {
            return "grpc/" + client.component() + "@" + orNone(client.version()) + "/" + orNone(client.workload()) + "/"
                    + dialled;
        }
    }

    private static OutboundListenerName outbound(Parts parts, CallCapture capture) {
        return new OutboundListenerName(
                parts.nextComponentVersion(), context(parts), parts.nextPort(), last(parts), capture);
    }

    private static String orNone(@Nullable Object part) {
        return part == null ? NONE : part.toString();
    }

    private static @Nullable VirtualEnvironmentName context(Parts parts) {
        String name = orNull(parts.next());
        return name == null ? null : new VirtualEnvironmentName(name);
    }

    private static @Nullable String orNull(String part) {
        return part.equals(NONE) ? null : part;
    }

    private static String last(List<String> headers) {
        return headers.isEmpty() ? "" : "/" + String.join(",", headers);
    }

    private static List<String> last(Parts parts) {
        return parts.atEnd() ? List.of() : List.of(parts.next().split(",", -1));
    }

    static Optional<ListenerName> parse(String text) {
        Parts parts = new Parts(text);
        ListenerName name =
                switch (parts.first()) {
                    case "gateway" -> {
                        String address = parts.next();
                        int port = parts.nextPort();
                        Optional<Scopes> scopes = Scopes.parse(parts.next());
                        Integer tlsPort = parts.atEnd() ? null : (Integer) parts.nextPort();
                        yield scopes.map(known -> new GatewayListenerName(address, port, known, tlsPort))
                                .orElse(null);
                    }
                    case "gateway-tls" -> {
                        String address = parts.next();
                        int port = parts.nextPort();
                        yield Scopes.parse(parts.next())
                                .map(scopes -> new GatewayTlsListenerName(address, port, scopes))
                                .orElse(null);
                    }
                    case "inbound" ->
                        new InboundListenerName(
                                parts.nextComponentVersion(),
                                context(parts),
                                parts.next(),
                                parts.nextPort(),
                                parts.nextPort(),
                                last(parts));
                    case "outbound" -> outbound(parts, CallCapture.EXPLICIT);
                    case "transparent" -> outbound(parts, CallCapture.TRANSPARENT);
                    case "local" ->
                        new LocalListenerName(
                                parts.nextComponentVersion(),
                                context(parts),
                                new AdapterName(parts.next(), parts.next()),
                                parts.nextPort());
                    case "grpc" -> {
                        ComponentVersion caller = parts.nextComponentVersion();
                        yield new GrpcListenerName(
                                new Proxy.GrpcProxy(caller.name(), orNull(caller.version()), orNull(parts.next())),
                                parts.next());
                    }
                    default -> null;
                };
        return parts.complete(name);
    }
}
