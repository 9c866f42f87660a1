package dev.kitsune.envoy.cluster;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.PeerIdentity;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import org.jspecify.annotations.Nullable;

/**
 * TLS among proxies. Both ends show the certificate of their component, and SDS alone delivers it. Nothing here depends
 * on its content, so a new certificate changes no cluster and no listener.
 */
public final class PeerSocket {
    /**
     * A new sidecar takes and makes no connections before its certificate is there. Nothing waits longer for a control
     * plane that does not answer. Without a certificate, Envoy closes connections with TLS at once. Listeners and clusters
     * have the same source, because Envoy would give a secret to one of two sources alone.
     */
    private static final ConfigSource SDS = Ads.SOURCE.toBuilder()
            .setInitialFetchTimeout(Durations.fromSeconds(5))
            .build();

    private PeerSocket() {}

    /** {@code caller}: null for a cluster without TLS */
    static Cluster.Builder with(Cluster.Builder cluster, @Nullable PeerIdentity caller, ComponentName callee) {
        return caller == null ? cluster : cluster.setTransportSocket(towards(caller, callee));
    }

    /** A connection pool names the protocol of its requests to the callee, so none is set here. */
    private static TransportSocket towards(PeerIdentity caller, ComponentName callee) {
        StringMatcher expected = StringMatcher.newBuilder()
                .setExact(new PeerIdentity(callee).uri())
                .build();
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(Any.pack(UpstreamTlsContext.newBuilder()
                        .setCommonTlsContext(common(caller, expected))
                        .build()))
                .build();
    }

    /** What both ends have in common: {@code expected} is the identity of the other one. */
    public static CommonTlsContext.Builder common(PeerIdentity own, StringMatcher expected) {
        return CommonTlsContext.newBuilder()
                .setTlsParams(TlsParameters.newBuilder()
                        .setTlsMinimumProtocolVersion(TlsProtocol.TLSv1_3)
                        .setTlsMaximumProtocolVersion(TlsProtocol.TLSv1_3))
                .addTlsCertificateSdsSecretConfigs(secret(new SecretName.PeerCertificate(own)))
                .setCombinedValidationContext(CombinedCertificateValidationContext.newBuilder()
                        .setDefaultValidationContext(CertificateValidationContext.newBuilder()
                                .addMatchTypedSubjectAltNames(SubjectAltNameMatcher.newBuilder()
                                        .setSanType(SanType.URI)
                                        .setMatcher(expected)))
                        .setValidationContextSdsSecretConfig(secret(new SecretName.PeerAuthorities())));
    }

    private static SdsSecretConfig secret(SecretName name) {
        return SdsSecretConfig.newBuilder()
                .setName(name.toString())
                .setSdsConfig(SDS)
                .build();
    }
}
