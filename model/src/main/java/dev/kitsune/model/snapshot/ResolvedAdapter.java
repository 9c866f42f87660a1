package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Adapter.Behaviour;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An adapter that was rendered with the variables of one virtual environment. */
public sealed interface ResolvedAdapter {
    Origin origin();

    /**
     * An adapter that cannot be called in this virtual environment.
     *
     * @param reason the reason for the caller, with the name of the missing variable or secret but never with a value
     * @param listen the local port of a TCP adapter, which stays open and closes all connections; null for none
     */
    record UnavailableAdapter(String reason, @Nullable Integer listen, Origin origin) implements ResolvedAdapter {}

    /**
     * An HTTP or gRPC API.
     *
     * @param pathPrefix without a trailing slash; empty for none
     * @param query parameters that are added to every call, by name; names and values are already percent-encoded
     * @param headers by lower-case name
     */
    record HttpAdapter(
            boolean grpc,
            ResolvedTarget target,
            String pathPrefix,
            Map<String, String> query,
            Map<String, HeaderValue> headers,
            Behaviour behaviour,
            Origin origin)
            implements ResolvedAdapter {
        public HttpAdapter {
            query = Map.copyOf(query);
            headers = Map.copyOf(headers);
        }

        /** Returns the host as a request names it, without the default port. */
        public String authority() {
            int usual = target.tls() == null ? 80 : 443;
            return target.port() == usual ? target.domain() : target.authority();
        }
    }

    /**
     * A datastore, or any other service behind a TCP connection.
     *
     * @param listen local port of the workloads that declare it; null for none
     */
    record TcpAdapter(ResolvedTarget target, @Nullable Integer listen, Origin origin) implements ResolvedAdapter {}

    /**
     * The target of an adapter's calls.
     *
     * @param host a name, or an IP address without brackets
     * @param tls null for plain text
     */
    record ResolvedTarget(String host, int port, @Nullable ResolvedTls tls) {
        /** Returns the host as a request names it. */
        public String domain() {
            return host.contains(":") ? "[" + host + "]" : host;
        }

        /** Returns the host and port as a request names them. */
        public String authority() {
            return domain() + ":" + port;
        }
    }

    /** The TLS settings of connections to the target. The certificates are whole Secrets. */
    record ResolvedTls(
            @Nullable SecretLocation clientCertificate,
            @Nullable SecretLocation ca,
            String serverName,
            List<String> alpn,
            boolean insecureSkipVerify) {
        public ResolvedTls {
            alpn = List.copyOf(alpn);
        }
    }
}
