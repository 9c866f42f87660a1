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
import java.util.Collection;
import java.util.SortedMap;

/**
 * Headers whose values are secrets. In Envoys older than 1.40 the cluster names the secrets, SDS delivers them, and Envoy
 * adds them to the request. In other Envoys the cluster only requires that the route has added them.
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
        // A value that a client sent under this name never wins.
        secretOfHeader.forEach((header, secret) -> options.addHttpFilters(injector(header, secret, true)));
        return withCodec(options);
    }

    /**
     * Lets routes add these headers ({@link RouteCredentials}). An injector behind the filter finds each header that the
     * route has added, and leaves it. For any other it has no secret, so it refuses the request.
     */
    static HttpProtocolOptions.Builder require(HttpProtocolOptions.Builder options, Collection<String> headers) {
        if (!headers.isEmpty()) {
            options.addHttpFilters(RouteCredentials.filter(headers));
            headers.forEach(header -> options.addHttpFilters(injector(header, new SecretName.NoSecret(), false)));
        }
        return withCodec(options);
    }

    private static HttpFilter injector(String header, SecretName secret, boolean overwrite) {
        return HttpFilter.newBuilder()
                .setName("kitsune.credential." + header)
                .setTypedConfig(Any.pack(CredentialInjector.newBuilder()
                        .setOverwrite(overwrite)
                        .setCredential(TypedExtensionConfig.newBuilder()
                                .setName("envoy.http.injected_credentials.generic")
                                .setTypedConfig(Any.pack(Generic.newBuilder()
                                        .setHeader(header)
                                        .setCredential(sds(secret))
                                        .build())))
                        .build()))
                .build();
    }

    private static HttpProtocolOptions.Builder withCodec(HttpProtocolOptions.Builder options) {
        return options.getHttpFiltersCount() == 0 ? options : options.addHttpFilters(UpstreamCodecs.FILTER);
    }

    static SdsSecretConfig sds(SecretName secret) {
        return SdsSecretConfig.newBuilder()
                .setName(secret.toString())
                .setSdsConfig(SDS)
                .build();
    }
}
