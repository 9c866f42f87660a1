package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Adapter.Behaviour;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An adapter with one virtual environment's variables put in. */
public sealed interface ResolvedAdapter {
    Origin origin();

    /**
     * It cannot be called in this virtual environment.
     *
     * @param reason for the caller: names the missing variable or secret, never a value
     * @param listen of a TCP adapter: its local port stays, and closes what comes
     */
    record UnavailableAdapter(String reason, @Nullable Integer listen, Origin origin) implements ResolvedAdapter {}

    /**
     * An HTTP or gRPC API.
     *
     * @param pathPrefix without a trailing slash; empty for none
     * @param query parameters that are added to every call, by name; names and values are percent-encoded already
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
     * A datastore, or anything else that speaks over a connection.
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
        /** The host as a request names it. */
        public String domain() {
            return host.contains(":") ? "[" + host + "]" : host;
        }

        /** Host and port as a request names them. */
        public String authority() {
            return domain() + ":" + port;
        }
    }

    /** TLS towards the target; the certificates are whole Secrets. */
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
