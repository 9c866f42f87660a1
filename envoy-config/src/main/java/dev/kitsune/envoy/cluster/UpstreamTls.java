package dev.kitsune.envoy.cluster;

import com.google.common.net.InetAddresses;
import com.google.protobuf.Any;
import dev.kitsune.envoy.bootstrap.SystemAuthorities;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;

/** TLS towards an adapter's target: certificates by SDS alone, the server's name always checked. */
final class UpstreamTls {
    private UpstreamTls() {}

    static TransportSocket socket(
            ClusterName.AdapterClusterName cluster, ResolvedAdapter.ResolvedTls tls, List<String> alpn) {
        CommonTlsContext.Builder common = CommonTlsContext.newBuilder().addAllAlpnProtocols(alpn);
        if (tls.clientCertificate() != null) {
            common.addTlsCertificateSdsSecretConfigs(CredentialInjection.sds(new SecretName.AdapterTls(
                    cluster.adapter(), cluster.virtualEnvironment(), SecretName.AdapterTls.TlsPart.certificate)));
        }
        if (!tls.insecureSkipVerify()) {
            common.setCombinedValidationContext(CombinedCertificateValidationContext.newBuilder()
                    .setDefaultValidationContext(CertificateValidationContext.newBuilder()
                            .addMatchTypedSubjectAltNames(subject(tls.serverName())))
                    .setValidationContextSdsSecretConfig(authorities(cluster, tls)));
        }
        UpstreamTlsContext.Builder context = UpstreamTlsContext.newBuilder().setCommonTlsContext(common);
        if (!InetAddresses.isInetAddress(tls.serverName())) {
            context.setSni(tls.serverName());
        }
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(Any.pack(context.build()))
                .build();
    }

    private static SdsSecretConfig authorities(
            ClusterName.AdapterClusterName cluster, ResolvedAdapter.ResolvedTls tls) {
        return tls.ca() == null
                ? SdsSecretConfig.newBuilder().setName(SystemAuthorities.NAME).build()
                : CredentialInjection.sds(new SecretName.AdapterTls(
                        cluster.adapter(), cluster.virtualEnvironment(), SecretName.AdapterTls.TlsPart.ca));
    }

    private static SubjectAltNameMatcher subject(String serverName) {
        return SubjectAltNameMatcher.newBuilder()
                .setSanType(InetAddresses.isInetAddress(serverName) ? SanType.IP_ADDRESS : SanType.DNS)
                .setMatcher(StringMatcher.newBuilder().setExact(serverName))
                .build();
    }
}
