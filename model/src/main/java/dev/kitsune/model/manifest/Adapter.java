package dev.kitsune.model.manifest;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A target outside the app that components call. All texts are templates. */
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
            ContextHandling context,
            Duration idleTimeout,
            @Nullable Tls tls)
            implements Target {
        /** A release that an older Kitsune kept has no {@code context} and no {@code idleTimeout}. */
        public Http {
            context = Objects.requireNonNullElse(context, Behaviour.DEFAULT.context());
            idleTimeout = Objects.requireNonNullElse(idleTimeout, Behaviour.DEFAULT.idleTimeout());
            query = Map.copyOf(query);
            headers = Map.copyOf(headers);
        }
    }

    /** A gRPC API. */
    public record Grpc(
            String url,
            Map<String, String> query,
            Map<String, String> headers,
            ContextHandling context,
            Duration idleTimeout,
            @Nullable Tls tls)
            implements Target {
        /** As for HTTP. */
        public Grpc {
            context = Objects.requireNonNullElse(context, Behaviour.DEFAULT.context());
            idleTimeout = Objects.requireNonNullElse(idleTimeout, Behaviour.DEFAULT.idleTimeout());
            query = Map.copyOf(query);
            headers = Map.copyOf(headers);
        }
    }

    /** A datastore, or any other target with a protocol over TCP. */
    public record Tcp(
            String address,
            @Nullable Integer listen,
            @Nullable Tls tls) implements Target {}

    /**
     * The handling of calls.
     *
     * @param idleTimeout the time after which Envoy closes a connection without calls
     */
    public record Behaviour(FollowRedirects followRedirects, ContextHandling context, Duration idleTimeout) {
        /** The time is below the five seconds after which a server of Node.js closes an idle connection. */
        public static final Behaviour DEFAULT =
                new Behaviour(FollowRedirects.Never, ContextHandling.Strip, Duration.ofSeconds(4));
    }

    /** Whether the context of a call leaves the mesh with it. */
    public enum ContextHandling {
        Strip,
        Pass
    }

    /** The redirects that Envoy follows for the caller. */
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
