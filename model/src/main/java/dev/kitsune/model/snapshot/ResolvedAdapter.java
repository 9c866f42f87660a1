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
     * @param host a name, or an IP address without brackets
     * @param pathPrefix without a trailing slash; empty for none
     * @param query parameters that are added to every call, by name; names and values are percent-encoded already
     * @param headers by lower-case name
     * @param tls null for plain text
     */
    record HttpAdapter(
            boolean grpc,
            String host,
            int port,
            String pathPrefix,
            Map<String, String> query,
            Map<String, HeaderValue> headers,
            Behaviour behaviour,
            @Nullable ResolvedTls tls,
            Origin origin)
            implements ResolvedAdapter {
        public HttpAdapter {
            query = Map.copyOf(query);
            headers = Map.copyOf(headers);
        }

        /** As a request names it: without the usual port. */
        public String authority() {
            int usual = tls == null ? 80 : 443;
            return port == usual ? domain() : domain() + ":" + port;
        }

        /** The host as a request names it. */
        public String domain() {
            return domainOf(host);
        }
    }

    /**
     * A datastore, or anything else that speaks over a connection.
     *
     * @param listen local port of the workloads that declare it; null for none
     */
    record TcpAdapter(
            String host,
            int port,
            @Nullable Integer listen,
            @Nullable ResolvedTls tls,
            Origin origin) implements ResolvedAdapter {
        public String authority() {
            return domainOf(host) + ":" + port;
        }
    }

    private static String domainOf(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
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
