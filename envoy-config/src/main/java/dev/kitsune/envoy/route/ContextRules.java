package dev.kitsune.envoy.route;

import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Platform.Context;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.KeyValuePair;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.ValueType;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;

/**
 * The rules of the {@code header_to_metadata} filter for calls that leave the mesh by routes that several virtual
 * environments share. They copy the name of the virtual environment to the request's metadata, where local replies find
 * it after the routes have removed the context. A filter cannot know at the first request of a virtual environment
 * whether the request leaves, so the rules change no header.
 */
public final class ContextRules {
    private ContextRules() {}

    /** Returns the rules of the listener. They apply only to calls whose routes turn the filter on. */
    public static Config ofCalls(Context context) {
        return with(context.header(), name());
    }

    /** Returns the rules for a redirected call, which passes the listener again: its scope names its context. */
    static Config ofRedirected() {
        return with(
                WireNames.SCOPE_HEADER,
                name().setRegexValueRewrite(RegexMatchAndSubstitute.newBuilder()
                        .setPattern(RegexMatcher.newBuilder().setRegex("^[^/]*/"))));
    }

    private static Config with(String header, KeyValuePair.Builder to) {
        return Config.newBuilder()
                .addRequestRules(Rule.newBuilder().setHeader(header).setOnHeaderPresent(to))
                .build();
    }

    private static KeyValuePair.Builder name() {
        return KeyValuePair.newBuilder()
                .setMetadataNamespace(Origins.NAMESPACE)
                .setKey(Origins.VIRTUAL_ENVIRONMENT)
                .setType(ValueType.STRING);
    }
}
