package dev.kitsune.envoy.cluster;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.UpstreamCodecs;
import dev.kitsune.envoy.name.SecretName;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.credential_injector.v3.CredentialInjector;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.http.injected_credentials.generic.v3.Generic;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.util.SortedMap;

/**
 * Headers whose values are secrets. The cluster names the secrets, SDS delivers them, and Envoy adds them to the
 * request.
 */
final class CredentialInjection {
    /**
     * Envoy fails closed if the secret has not arrived after this time. The time is shorter than the wait for the
     * cluster.
     */
    static final ConfigSource SDS = Ads.SOURCE.toBuilder()
            .setInitialFetchTimeout(Durations.fromSeconds(1))
            .build();

    private CredentialInjection() {}

    static HttpProtocolOptions.Builder inject(
            HttpProtocolOptions.Builder options, SortedMap<String, ? extends SecretName> secretOfHeader) {
        secretOfHeader.forEach((header, secret) -> options.addHttpFilters(HttpFilter.newBuilder()
                .setName("kitsune.credential." + header)
                .setTypedConfig(Any.pack(CredentialInjector.newBuilder()
                        // A value that a client sent under this name never wins.
                        .setOverwrite(true)
                        .setCredential(TypedExtensionConfig.newBuilder()
                                .setName("envoy.http.injected_credentials.generic")
                                .setTypedConfig(Any.pack(Generic.newBuilder()
                                        .setHeader(header)
                                        .setCredential(sds(secret))
                                        .build())))
                        .build()))));
        return options.getHttpFiltersCount() == 0 ? options : options.addHttpFilters(UpstreamCodecs.FILTER);
    }

    static SdsSecretConfig sds(SecretName secret) {
        return SdsSecretConfig.newBuilder()
                .setName(secret.toString())
                .setSdsConfig(SDS)
                .build();
    }
}
