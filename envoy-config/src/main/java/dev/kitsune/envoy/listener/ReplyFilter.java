package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.AndFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ExtensionFilter;
import io.envoyproxy.envoy.config.accesslog.v3.HeaderFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import java.util.List;

/** Selects the Envoy answers that a text replaces. */
final class ReplyFilter {
    private ReplyFilter() {}

    static AccessLogFilter flag(String flag) {
        return AccessLogFilter.newBuilder()
                .setResponseFlagFilter(ResponseFlagFilter.newBuilder().addFlags(flag))
                .build();
    }

    static AccessLogFilter hasHeader(String header, boolean there) {
        return AccessLogFilter.newBuilder()
                .setHeaderFilter(HeaderFilter.newBuilder()
                        .setHeader(HeaderMatcher.newBuilder().setName(header).setPresentMatch(there)))
                .build();
    }

    static AccessLogFilter all(AccessLogFilter... filters) {
        return AccessLogFilter.newBuilder()
                .setAndFilter(AndFilter.newBuilder().addAllFilters(List.of(filters)))
                .build();
    }

    static AccessLogFilter details(String details) {
        return cel("response.code_details == '" + details + "'");
    }

    static AccessLogFilter cel(String expression) {
        return AccessLogFilter.newBuilder()
                .setExtensionFilter(ExtensionFilter.newBuilder()
                        .setName("envoy.access_loggers.extension_filters.cel")
                        .setTypedConfig(Any.pack(ExpressionFilter.newBuilder()
                                .setExpression(expression)
                                .build())))
                .build();
    }
}
