package dev.kitsune.envoy.trace;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.KeyValuePair;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import java.util.Map;
import java.util.Optional;

/** Moves headers to the request's metadata. */
final class HeadersToMetadata {
    private HeadersToMetadata() {}

    /** {@code left}: the request's metadata, by namespace and key, to which this adds */
    static RequestHeaders move(Config config, RequestHeaders request, Map<String, String> left) {
        RequestHeaders moved = request;
        for (Rule rule : config.getRequestRulesList()) {
            Optional<String> header = moved.joined(rule.getHeader());
            if (header.isPresent()) {
                KeyValuePair to = rule.getOnHeaderPresent();
                left.put(to.getMetadataNamespace() + ":" + to.getKey(), value(to, header.get()));
                moved = rule.getRemove() ? moved.without(rule.getHeader()) : moved;
            }
        }
        return moved;
    }

    private static String value(KeyValuePair to, String header) {
        RegexMatchAndSubstitute rewrite = to.getRegexValueRewrite();
        return to.hasRegexValueRewrite()
                ? Pattern.compile(rewrite.getPattern().getRegex())
                        .matcher(header)
                        .replaceAll(rewrite.getSubstitution())
                : header;
    }
}
