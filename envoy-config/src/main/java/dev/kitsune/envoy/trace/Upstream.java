package dev.kitsune.envoy.trace;

import com.google.protobuf.Any;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.cluster.RouteCredentials;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.filters.http.credential_injector.v3.CredentialInjector;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.http.injected_credentials.generic.v3.Generic;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Evaluates the filters of a cluster for one request. Of a secret it checks only whether it exists. */
final class Upstream {
    private final RouteTable table;
    private final ProxyResources held;
    private final List<String> notFollowed;
    private final Map<String, String> credentials = new TreeMap<>();

    Upstream(RouteTable table, ProxyResources held, List<String> notFollowed) {
        this.table = table;
        this.held = held;
        this.notFollowed = notFollowed;
    }

    /** A request that is sent, with the names of its secrets by header. */
    record Passed(RequestHeaders request, Map<String, String> credentials) {}

    /** Returns empty if the cluster refuses the request for a missing credential. */
    Optional<Passed> run(Cluster cluster, RequestHeaders sent) {
        RequestHeaders request = sent;
        for (Any any : cluster.getTypedExtensionProtocolOptionsMap().values()) {
            if (!any.is(HttpProtocolOptions.class)) {
                throw KnownFields.unknown("an option of clusters: " + any.getTypeUrl());
            }
            for (HttpFilter filter :
                    FilterConfigs.unpack(any, HttpProtocolOptions.class).getHttpFiltersList()) {
                Any config = filter.getTypedConfig();
                if (config.is(HeaderMutation.class)) {
                    request = added(filter.getName(), FilterConfigs.unpack(config, HeaderMutation.class), request);
                } else if (config.is(CredentialInjector.class)) {
                    if (!injected(FilterConfigs.unpack(config, CredentialInjector.class), request)) {
                        return Optional.empty();
                    }
                } else if (!config.is(UpstreamCodec.class)) {
                    notFollowed.add("what the filter " + filter.getName() + " does");
                }
            }
        }
        return Optional.of(new Passed(request, credentials));
    }

    private RequestHeaders added(String filter, HeaderMutation config, RequestHeaders request) {
        RequestHeaders result =
                HeaderMutations.mutate(request, config.getMutations().getRequestMutationsList());
        table.filterConfig(filter)
                .map(ofRoute -> RouteCredentials.read(ofRoute)
                        .orElseThrow(() -> KnownFields.unknown("the configuration of credentials in a route")))
                .ifPresent(secrets -> secrets.forEach((header, secret) -> {
                    if (isThere(secret.toString())) {
                        credentials.put(header, secret.toString());
                    }
                }));
        return result;
    }

    /** Returns false if the injector refuses the request. */
    private boolean injected(CredentialInjector injector, RequestHeaders request) {
        KnownFields.only(injector, Set.of("overwrite", "credential"));
        Generic generic = FilterConfigs.unpack(injector.getCredential().getTypedConfig(), Generic.class);
        String header = generic.getHeader();
        if (!injector.getOverwrite() && (credentials.containsKey(header) || request.has(header))) {
            return true;
        }
        String secret = generic.getCredential().getName();
        if (!isThere(secret)) {
            return false;
        }
        credentials.put(header, secret);
        return true;
    }

    private boolean isThere(String secret) {
        return held.get(ResourceType.SECRET, secret, Secret.class)
                .filter(found ->
                        !found.getGenericSecret().getSecret().getInlineBytes().isEmpty())
                .isPresent();
    }
}
