package dev.kitsune.envoy.trace;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.KeyValuePair;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import java.util.Map;

/** Copies headers to the request's metadata. */
final class HeadersToMetadata {
    private HeadersToMetadata() {}

    /** {@code left}: the request's metadata, by namespace and key, to which this adds */
    static void copy(Config config, RequestHeaders request, Map<String, String> left) {
        for (Rule rule : config.getRequestRulesList()) {
            if (rule.getRemove()) {
                throw KnownFields.unknown("a header that is moved to the metadata");
            }
            KeyValuePair to = rule.getOnHeaderPresent();
            request.joined(rule.getHeader())
                    .ifPresent(header -> left.put(to.getMetadataNamespace() + ":" + to.getKey(), value(to, header)));
        }
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
