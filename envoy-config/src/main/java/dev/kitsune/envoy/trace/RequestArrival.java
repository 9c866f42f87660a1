package dev.kitsune.envoy.trace;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.bootstrap.Bootstraps;
import io.envoyproxy.envoy.config.bootstrap.v3.CustomInlineHeader;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Envoy's treatment of a request before its filters. Most headers that it adds about the client are not part of the
 * trace.
 */
final class RequestArrival {
    /** Requests of the trace come from the machine itself. */
    static final String CLIENT = "127.0.0.1";

    private RequestArrival() {}

    /** This includes fields that do not affect the route of a request. */
    private static final Set<String> MANAGER = Set.of(
            "stat_prefix",
            "scoped_routes",
            "early_header_mutation_extensions",
            "http_filters",
            "access_log",
            "access_log_options",
            "upgrade_configs",
            "http_protocol_options",
            "http2_protocol_options",
            "strip_trailing_host_dot",
            "stream_idle_timeout",
            "server_header_transformation",
            "local_reply_config",
            "use_remote_address",
            "skip_xff_append",
            "xff_num_trusted_hops",
            "preserve_external_request_id",
            "normalize_path",
            "merge_slashes",
            "path_with_escaped_slashes_action");

    static RequestHeaders of(RequestHeaders sent, HttpConnectionManager manager, Proxy proxy) {
        RequestHeaders request = sent;
        for (CustomInlineHeader header : Bootstraps.of(proxy, "trace", "localhost", 1, 1, Optional.empty())
                .getInlineHeadersList()) {
            String name = header.getInlineHeaderName();
            String joined = request.joined(name).orElse(null);
            if (joined != null) {
                request = request.with(name, joined);
            }
        }
        if (request.has("cookie")) {
            request = request.with("cookie", String.join("; ", request.values("cookie")));
        }
        KnownFields.only(manager, MANAGER);
        if (manager.getStripTrailingHostDot()) {
            request = request.with(RequestHeaders.AUTHORITY, HostMatching.withoutTrailingDot(request.authority()));
        }
        if (manager.getNormalizePath().getValue()) {
            request = request.with(RequestHeaders.PATH, PathNormalising.of(request.path(), manager));
        }
        if (!isUpgrade(request)) {
            request = request.without(name -> name.equals("connection") || name.equals("upgrade"));
        }
        if (manager.getUseRemoteAddress().getValue()) {
            String via = request.joined("x-forwarded-for")
                    .map(before -> before + ",")
                    .orElse("");
            request = request.with("x-forwarded-for", via + CLIENT);
        }
        boolean distrusted = manager.getUseRemoteAddress().getValue() && manager.getXffNumTrustedHops() == 0;
        if (distrusted || !request.has("x-forwarded-proto")) {
            request = request.with("x-forwarded-proto", "http");
        }
        for (TypedExtensionConfig extension : manager.getEarlyHeaderMutationExtensionsList()) {
            request = HeaderMutations.mutate(
                    request,
                    FilterConfigs.unpack(extension.getTypedConfig(), HeaderMutation.class)
                            .getMutationsList());
        }
        return request;
    }

    /** Whether it is an upgrade to a WebSocket. Envoy removes any other upgrade. */
    private static boolean isUpgrade(RequestHeaders request) {
        return List.of(request.joined("upgrade")
                                .orElse("")
                                .toLowerCase(Locale.ROOT)
                                .split("[, ]+", -1))
                        .contains("websocket")
                && request.joined("connection")
                        .orElse("")
                        .toLowerCase(Locale.ROOT)
                        .contains("upgrade");
    }
}
