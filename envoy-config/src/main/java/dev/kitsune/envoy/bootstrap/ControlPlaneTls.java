package dev.kitsune.envoy.bootstrap;

import com.google.common.net.InetAddresses;
import com.google.protobuf.Any;
import dev.kitsune.envoy.bootstrap.CredentialFolder.SecretFile;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.PathConfigSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.core.v3.WatchedDirectory;
import io.envoyproxy.envoy.extensions.filters.http.credential_injector.v3.CredentialInjector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.http.injected_credentials.generic.v3.Generic;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.SanType;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;

/**
 * How a proxy recognises its control plane, and says who it is.
 *
 * @param serverName a name or an IP address that the certificate of the control plane has
 * @param folder as Envoy sees it. Envoy follows its files ({@link CredentialFolder})
 * @param shows what the proxy shows
 */
public record ControlPlaneTls(String serverName, String folder, Shows shows) {
    /** What a proxy shows. */
    public enum Shows {
        TOKEN,
        CERTIFICATE
    }

    TransportSocket socket() {
        CommonTlsContext.Builder common = CommonTlsContext.newBuilder()
                .setTlsParams(TlsParameters.newBuilder()
                        .setTlsMinimumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_2)
                        .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3))
                .addAlpnProtocols("h2")
                .setCombinedValidationContext(CombinedCertificateValidationContext.newBuilder()
                        .setDefaultValidationContext(
                                CertificateValidationContext.newBuilder().addMatchTypedSubjectAltNames(server()))
                        .setValidationContextSdsSecretConfig(secret(SecretFile.AUTHORITIES)));
        if (shows == Shows.CERTIFICATE) {
            common.addTlsCertificateSdsSecretConfigs(secret(SecretFile.CERTIFICATE));
        }
        UpstreamTlsContext.Builder context = UpstreamTlsContext.newBuilder().setCommonTlsContext(common);
        if (!isAddress()) {
            context.setSni(serverName);
        }
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(Any.pack(context.build()))
                .build();
    }

    private SubjectAltNameMatcher server() {
        return SubjectAltNameMatcher.newBuilder()
                .setSanType(isAddress() ? SanType.IP_ADDRESS : SanType.DNS)
                .setMatcher(StringMatcher.newBuilder().setExact(serverName))
                .build();
    }

    private boolean isAddress() {
        return InetAddresses.isInetAddress(serverName);
    }

    /** The filters that add the token to each call; none if the proxy shows none. */
    List<HttpFilter> filters() {
        if (shows != Shows.TOKEN) {
            return List.of();
        }
        return List.of(HttpFilter.newBuilder()
                .setName("envoy.filters.http.credential_injector")
                .setTypedConfig(Any.pack(CredentialInjector.newBuilder()
                        .setOverwrite(true)
                        .setCredential(TypedExtensionConfig.newBuilder()
                                .setName("envoy.http.injected_credentials.generic")
                                .setTypedConfig(Any.pack(Generic.newBuilder()
                                        .setCredential(secret(SecretFile.TOKEN))
                                        .build())))
                        .build()))
                .build());
    }

    /** A file that the bootstrap names directly would never be read again. */
    private SdsSecretConfig secret(SecretFile file) {
        return SdsSecretConfig.newBuilder()
                .setName(file.secretName())
                .setSdsConfig(ConfigSource.newBuilder()
                        .setResourceApiVersion(ApiVersion.V3)
                        .setPathConfigSource(PathConfigSource.newBuilder()
                                .setPath(folder + "/" + file.fileName())
                                .setWatchedDirectory(
                                        WatchedDirectory.newBuilder().setPath(folder))))
                .build();
    }
}
