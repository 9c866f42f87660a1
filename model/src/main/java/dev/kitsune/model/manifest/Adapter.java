package dev.kitsune.model.manifest;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something outside the app that components call. All texts are templates. */
public record Adapter(Target target) implements Spec {
    /** The protocol and address of the target. */
    public sealed interface Target {
        @Nullable
        Tls tls();
    }

    /** An HTTP API. */
    public record Http(
            String url,
            Map<String, String> query,
            Map<String, String> headers,
            FollowRedirects followRedirects,
            @Nullable Tls tls)
            implements Target {
        public Http {
            query = Map.copyOf(query);
            headers = Map.copyOf(headers);
        }
    }

    /** A gRPC API. */
    public record Grpc(
            String url,
            Map<String, String> query,
            Map<String, String> headers,
            @Nullable Tls tls) implements Target {
        public Grpc {
            query = Map.copyOf(query);
            headers = Map.copyOf(headers);
        }
    }

    /** A datastore, or anything else that speaks over a connection. */
    public record Tcp(
            String address,
            @Nullable Integer listen,
            @Nullable Tls tls) implements Target {}

    /** Which redirects Envoy follows on the caller's behalf. */
    public enum FollowRedirects {
        Never,
        SameHost,
        Always
    }

    /**
     * TLS towards the target.
     *
     * @param clientCertificate template that names one whole Secret with {@code tls.crt} and {@code tls.key}
     * @param ca template that names one whole Secret with {@code ca.crt}; absent for the system's authorities
     */
    public record Tls(
            @Nullable String clientCertificate,
            @Nullable String ca,
            @Nullable String serverName,
            java.util.List<String> alpn,
            boolean insecureSkipVerify) {
        public Tls {
            alpn = java.util.List.copyOf(alpn);
        }
    }
}
