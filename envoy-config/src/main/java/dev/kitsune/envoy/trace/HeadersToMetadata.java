package dev.kitsune.envoy.trace;

import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.KeyValuePair;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Moves headers to the request's metadata. */
final class HeadersToMetadata {
    private HeadersToMetadata() {}

    /** {@code left}: the added metadata, by namespace and key */
    record MoveResult(RequestHeaders request, Map<String, String> left) {}

    static MoveResult move(Config config, RequestHeaders request) {
        RequestHeaders moved = request;
        Map<String, String> left = new HashMap<>();
        for (Rule rule : config.getRequestRulesList()) {
            Optional<String> header = moved.joined(rule.getHeader());
            if (header.isPresent()) {
                KeyValuePair to = rule.getOnHeaderPresent();
                left.put(to.getMetadataNamespace() + ":" + to.getKey(), value(to, header.get()));
                moved = rule.getRemove() ? moved.without(rule.getHeader()) : moved;
            }
        }
        return new MoveResult(moved, left);
    }

    private static String value(KeyValuePair to, String header) {
        RegexMatchAndSubstitute rewrite = to.getRegexValueRewrite();
        return to.hasRegexValueRewrite()
                ? header.replaceAll(rewrite.getPattern().getRegex(), rewrite.getSubstitution())
                : header;
    }
}
