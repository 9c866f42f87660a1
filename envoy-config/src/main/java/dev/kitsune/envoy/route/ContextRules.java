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
import java.util.regex.Pattern;

/**
 * The rules of the {@code header_to_metadata} filter for calls that leave the mesh. They copy to the request's metadata
 * what the routes of such a call need after they have removed its context: the name of the virtual environment for
 * local replies, and the baggage without the context. A filter cannot know at the first request of a virtual
 * environment whether the request leaves, so the rules change no header.
 */
public final class ContextRules {
    private ContextRules() {}

    /** Returns the rules of the listener. They apply only to calls whose routes turn the filter on. */
    public static Config ofCalls(Context context) {
        return with(copy(context.header(), kept(Origins.VIRTUAL_ENVIRONMENT)), context);
    }

    /** Returns the rules for a redirected call, which passes the listener again: its scope names its context. */
    static Config ofRedirected(Context context) {
        return with(copy(WireNames.SCOPE_HEADER, without(kept(Origins.VIRTUAL_ENVIRONMENT), "^[^/]*/")), context);
    }

    private static Config with(Rule name, Context context) {
        Config.Builder rules = Config.newBuilder().addRequestRules(name);
        if (context.baggage()) {
            rules.addRequestRules(copy("baggage", without(kept(Origins.BAGGAGE), members(context))));
        }
        return rules.build();
    }

    /** Returns a regular expression for the members of the context, with one of the commas around each. */
    static String members(Context context) {
        String name =
                "[ \\t]*(?:" + Pattern.quote(context.header()) + "|" + Pattern.quote(context.deploymentHeader()) + ")";
        return "^(?:" + name + "(?:[ \\t=][^,]*)?(?:,[ \\t]*|$))+|[ \\t]*," + name + "[ \\t=][^,]*|[ \\t]*," + name
                + "$";
    }

    private static Rule copy(String header, KeyValuePair.Builder to) {
        return Rule.newBuilder().setHeader(header).setOnHeaderPresent(to).build();
    }

    private static KeyValuePair.Builder kept(String key) {
        return KeyValuePair.newBuilder()
                .setMetadataNamespace(Origins.NAMESPACE)
                .setKey(key)
                .setType(ValueType.STRING);
    }

    private static KeyValuePair.Builder without(KeyValuePair.Builder value, String regex) {
        return value.setRegexValueRewrite(RegexMatchAndSubstitute.newBuilder()
                .setPattern(RegexMatcher.newBuilder().setRegex(regex)));
    }
}
