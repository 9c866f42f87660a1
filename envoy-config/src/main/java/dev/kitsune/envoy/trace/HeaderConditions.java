package dev.kitsune.envoy.trace;

import com.github.xds.type.matcher.v3.Matcher.MatcherList.FieldMatcher;
import com.github.xds.type.matcher.v3.Matcher.MatcherList.Predicate;
import com.github.xds.type.matcher.v3.Matcher.MatcherList.Predicate.SinglePredicate;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.extensions.common.matching.v3.ExtensionWithMatcher;
import io.envoyproxy.envoy.extensions.filters.http.composite.v3.ExecuteFilterAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Optional;

/** Evaluates the conditions on headers under which a matcher adds a filter. */
final class HeaderConditions {
    private HeaderConditions() {}

    /** The filter itself, or the filter that its matcher adds. Empty if no condition matches. */
    static Optional<HttpFilter> chosen(HttpFilter filter, RequestHeaders request) {
        if (!filter.getTypedConfig().is(ExtensionWithMatcher.class)) {
            return Optional.of(filter);
        }
        return FilterConfigs.unpack(filter.getTypedConfig(), ExtensionWithMatcher.class)
                .getXdsMatcher()
                .getMatcherList()
                .getMatchersList()
                .stream()
                .filter(matcher -> holds(matcher.getPredicate(), request))
                .findFirst()
                .map(matcher ->
                        filter.toBuilder().setTypedConfig(action(matcher)).build());
    }

    private static Any action(FieldMatcher matcher) {
        return FilterConfigs.unpack(matcher.getOnMatch().getAction().getTypedConfig(), ExecuteFilterAction.class)
                .getTypedConfig()
                .getTypedConfig();
    }

    private static boolean holds(Predicate predicate, RequestHeaders request) {
        if (!predicate.hasSinglePredicate()) {
            throw KnownFields.unknown("a condition on " + predicate.getMatchTypeCase());
        }
        SinglePredicate single = predicate.getSinglePredicate();
        String header = FilterConfigs.unpack(single.getInput().getTypedConfig(), HttpRequestHeaderMatchInput.class)
                .getHeaderName();
        return request.joined(header)
                .filter(value -> StringMatch.holds(envoys(single.getValueMatch()), value))
                .isPresent();
    }

    /** The xDS API has a copy of Envoy's matcher, with the same fields. */
    private static StringMatcher envoys(com.github.xds.type.matcher.v3.StringMatcher copy) {
        try {
            return StringMatcher.parseFrom(copy.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a copy of a message has other fields", e);
        }
    }
}
