package dev.kitsune.envoy.listener;

import com.github.xds.core.v3.TypedExtensionConfig;
import com.github.xds.type.matcher.v3.Matcher;
import com.github.xds.type.matcher.v3.Matcher.MatcherList;
import com.github.xds.type.matcher.v3.Matcher.MatcherList.FieldMatcher;
import com.github.xds.type.matcher.v3.Matcher.MatcherList.Predicate;
import com.github.xds.type.matcher.v3.StringMatcher;
import com.google.protobuf.Any;
import com.google.protobuf.Message;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.extensions.common.matching.v3.ExtensionWithMatcher;
import io.envoyproxy.envoy.extensions.filters.http.composite.v3.Composite;
import io.envoyproxy.envoy.extensions.filters.http.composite.v3.ExecuteFilterAction;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;

/**
 * Adds the destination of a request to a gateway's answer, if the caller requests and may see it. For other requests it
 * costs one comparison of a header. A matcher adds the filter. A filter that a matcher skips would still run on answers
 * of the filters before it.
 */
final class DebugAnswers {
    private static final String ROUTE = "kitsune-route";
    private static final String COMPONENT = "kitsune-component";

    private DebugAnswers() {}

    static HttpFilter filter() {
        return HttpFilters.of(
                WireNames.DEBUG_FILTER,
                ExtensionWithMatcher.newBuilder()
                        .setExtensionConfig(io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig.newBuilder()
                                .setName(WireNames.DEBUG_FILTER)
                                .setTypedConfig(Any.pack(Composite.getDefaultInstance())))
                        .setXdsMatcher(Matcher.newBuilder()
                                .setMatcherList(MatcherList.newBuilder()
                                        .addMatchers(FieldMatcher.newBuilder()
                                                .setPredicate(granted())
                                                .setOnMatch(Matcher.OnMatch.newBuilder()
                                                        .setAction(extension("answer", answer()))))))
                        .build());
    }

    private static ExecuteFilterAction answer() {
        return ExecuteFilterAction.newBuilder()
                .setTypedConfig(io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig.newBuilder()
                        .setName(WireNames.DEBUG_FILTER)
                        .setTypedConfig(Any.pack(HeaderMutation.newBuilder()
                                .setMutations(Mutations.newBuilder()
                                        .addResponseMutations(fromRoute(ROUTE, Origins.ORIGIN))
                                        .addResponseMutations(fromRoute(COMPONENT, Origins.TARGET)))
                                .build())))
                .build();
    }

    private static Predicate granted() {
        return Predicate.newBuilder()
                .setSinglePredicate(Predicate.SinglePredicate.newBuilder()
                        .setInput(extension(
                                "header",
                                HttpRequestHeaderMatchInput.newBuilder()
                                        .setHeaderName(WireNames.DEBUG_HEADER)
                                        .build()))
                        .setValueMatch(StringMatcher.newBuilder().setExact(WireNames.GRANTED)))
                .build();
    }

    private static TypedExtensionConfig extension(String name, Message config) {
        return TypedExtensionConfig.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(config))
                .build();
    }

    private static io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation fromRoute(
            String header, String field) {
        return io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation.newBuilder()
                .setAppend(HeaderValueOption.newBuilder()
                        .setHeader(HeaderValue.newBuilder()
                                .setKey(header)
                                .setValue("%METADATA(ROUTE:" + Origins.NAMESPACE + ":" + field + ")%"))
                        .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD))
                .build();
    }
}
