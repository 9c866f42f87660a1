package dev.kitsune.envoy.listener;

import com.github.xds.type.matcher.v3.Matcher;
import com.github.xds.type.matcher.v3.Matcher.MatcherList;
import com.github.xds.type.matcher.v3.Matcher.MatcherList.FieldMatcher;
import com.github.xds.type.matcher.v3.Matcher.MatcherList.Predicate;
import com.github.xds.type.matcher.v3.StringMatcher;
import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.common.matching.v3.ExtensionWithMatcher;
import io.envoyproxy.envoy.extensions.filters.http.composite.v3.Composite;
import io.envoyproxy.envoy.extensions.filters.http.composite.v3.ExecuteFilterAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;

/** A condition on the headers of a request that decides whether a filter runs. */
record HeaderCondition(Predicate predicate) {
    static HeaderCondition exactly(String header, String value) {
        HttpRequestHeaderMatchInput input =
                HttpRequestHeaderMatchInput.newBuilder().setHeaderName(header).build();
        return new HeaderCondition(Predicate.newBuilder()
                .setSinglePredicate(Predicate.SinglePredicate.newBuilder()
                        .setInput(input("header", input))
                        .setValueMatch(StringMatcher.newBuilder().setExact(value)))
                .build());
    }

    /**
     * A filter that a matcher adds if the condition matches. A filter that a matcher skips would still run on answers of
     * the filters before it.
     */
    HttpFilter putIn(String name, Message filter) {
        ExecuteFilterAction action = ExecuteFilterAction.newBuilder()
                .setTypedConfig(extension(name, filter))
                .build();
        return HttpFilters.of(
                name,
                ExtensionWithMatcher.newBuilder()
                        .setExtensionConfig(extension(name, Composite.getDefaultInstance()))
                        .setXdsMatcher(Matcher.newBuilder()
                                .setMatcherList(MatcherList.newBuilder()
                                        .addMatchers(FieldMatcher.newBuilder()
                                                .setPredicate(predicate)
                                                .setOnMatch(Matcher.OnMatch.newBuilder()
                                                        .setAction(input("put-in", action))))))
                        .build());
    }

    private static TypedExtensionConfig extension(String name, Message config) {
        return TypedExtensionConfig.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(config))
                .build();
    }

    private static com.github.xds.core.v3.TypedExtensionConfig input(String name, Message config) {
        return com.github.xds.core.v3.TypedExtensionConfig.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(config))
                .build();
    }
}
