package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.model.manifest.GatewayTls;
import dev.kitsune.model.manifest.GatewayTls.HostCertificate;
import dev.kitsune.model.manifest.GatewayTls.TlsVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import java.util.List;

/**
 * TLS towards the clients of a gateway. Each certificate has filter chains of its own, so that a missing one affects only
 * its hosts. The chains depend on the names of Secrets and never on their content, so a new certificate closes no
 * connection.
 */
final class ServerTls {
    /**
     * A gateway takes no connections before its certificates are there, or Kitsune has said that there are none. Nothing
     * waits longer for a control plane that does not answer. Without a certificate, Envoy closes connections at once.
     */
    private static final ConfigSource SDS = Ads.SOURCE.toBuilder()
            .setInitialFetchTimeout(Durations.fromSeconds(5))
            .build();

    private ServerTls() {}

    /** {@code plain}: the chains without TLS */
    static List<FilterChain> chains(List<FilterChain> plain, GatewayTls tls) {
        return tls.certificates().stream()
                .flatMap(certificate -> plain.stream().map(chain -> chain(chain, certificate, tls)))
                .toList();
    }

    /** Reads the host that a client asks for before Envoy chooses a chain. */
    static Listener inspect(Listener listener) {
        return listener.toBuilder()
                .addListenerFilters(ListenerFilter.newBuilder()
                        .setName("envoy.filters.listener.tls_inspector")
                        .setTypedConfig(Any.pack(TlsInspector.getDefaultInstance())))
                .build();
    }

    private static FilterChain chain(FilterChain plain, HostCertificate certificate, GatewayTls tls) {
        FilterChain.Builder chain = plain.toBuilder().setTransportSocket(socket(certificate, tls));
        chain.getFilterChainMatchBuilder().setTransportProtocol("tls").addAllServerNames(certificate.hosts());
        return chain.build();
    }

    private static TransportSocket socket(HostCertificate certificate, GatewayTls tls) {
        CommonTlsContext common = CommonTlsContext.newBuilder()
                .setTlsParams(TlsParameters.newBuilder()
                        .setTlsMinimumProtocolVersion(
                                tls.minimumVersion() == TlsVersion.TLSv1_3 ? TlsProtocol.TLSv1_3 : TlsProtocol.TLSv1_2)
                        .setTlsMaximumProtocolVersion(TlsProtocol.TLSv1_3))
                .addTlsCertificateSdsSecretConfigs(SdsSecretConfig.newBuilder()
                        .setName(new SecretName.GatewayCertificate(certificate.secret()).toString())
                        .setSdsConfig(SDS))
                .addAlpnProtocols("h2")
                .addAlpnProtocols("http/1.1")
                .build();
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(Any.pack(DownstreamTlsContext.newBuilder()
                        .setCommonTlsContext(common)
                        .build()))
                .build();
    }
}
