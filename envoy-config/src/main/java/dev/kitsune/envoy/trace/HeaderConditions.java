package dev.kitsune.envoy.trace;

import com.github.xds.type.matcher.v3.Matcher.MatcherList.FieldMatcher;
import com.github.xds.type.matcher.v3.Matcher.MatcherList.Predicate;
import com.github.xds.type.matcher.v3.Matcher.MatcherList.Predicate.SinglePredicate;
import com.github.xds.type.matcher.v3.StringMatcher;
import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.common.matching.v3.ExtensionWithMatcher;
import io.envoyproxy.envoy.extensions.filters.http.composite.v3.ExecuteFilterAction;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;
import java.util.Optional;
import java.util.regex.Pattern;

/** Evaluates the conditions on headers under which a matcher adds a filter. */
final class HeaderConditions {
    private HeaderConditions() {}

    /** The configuration of the added filter. Empty if no condition matches. */
    static Optional<Any> putIn(ExtensionWithMatcher config, RequestHeaders request) {
        return config.getXdsMatcher().getMatcherList().getMatchersList().stream()
                .filter(matcher -> holds(matcher.getPredicate(), request))
                .findFirst()
                .map(HeaderConditions::action);
    }

    private static Any action(FieldMatcher matcher) {
        return FilterConfigs.unpack(matcher.getOnMatch().getAction().getTypedConfig(), ExecuteFilterAction.class)
                .getTypedConfig()
                .getTypedConfig();
    }

    private static boolean holds(Predicate predicate, RequestHeaders request) {
        return switch (predicate.getMatchTypeCase()) {
            case SINGLE_PREDICATE -> holds(predicate.getSinglePredicate(), request);
            case AND_MATCHER ->
                predicate.getAndMatcher().getPredicateList().stream().allMatch(each -> holds(each, request));
            case OR_MATCHER ->
                predicate.getOrMatcher().getPredicateList().stream().anyMatch(each -> holds(each, request));
            case NOT_MATCHER -> !holds(predicate.getNotMatcher(), request);
            default -> throw KnownFields.unknown("a condition on " + predicate.getMatchTypeCase());
        };
    }

    private static boolean holds(SinglePredicate predicate, RequestHeaders request) {
        String header = FilterConfigs.unpack(predicate.getInput().getTypedConfig(), HttpRequestHeaderMatchInput.class)
                .getHeaderName();
        return request.joined(header)
                .filter(value -> holds(predicate.getValueMatch(), value))
                .isPresent();
    }

    private static boolean holds(StringMatcher matcher, String value) {
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> value.equals(matcher.getExact());
            case CONTAINS -> value.contains(matcher.getContains());
            case SAFE_REGEX -> Pattern.matches(matcher.getSafeRegex().getRegex(), value);
            default -> throw KnownFields.unknown("a condition by " + matcher.getMatchPatternCase());
        };
    }
}
