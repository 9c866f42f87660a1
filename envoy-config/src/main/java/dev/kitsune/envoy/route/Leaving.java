package dev.kitsune.envoy.route;

import com.google.protobuf.Any;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.envoy.route.Destination.ToAdapter;
import dev.kitsune.envoy.route.Destination.ToConnection;
import dev.kitsune.model.manifest.Adapter.ContextHandling;
import dev.kitsune.model.manifest.Platform.Context;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.KeyValuePair;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.ValueType;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Calls that leave the mesh. Their routes tell the filters of the outbound listener which values to add and which to
 * remove. The context stays in the mesh: it moves from the headers to the request's metadata, where local replies find
 * it.
 */
final class Leaving {
    /** A redirected call passes the listener again, without the header of the context but with the scope. */
    private static final Any REDIRECTED = Any.pack(Config.newBuilder()
            .addRequestRules(Rule.newBuilder()
                    .setHeader(WireNames.SCOPE_HEADER)
                    .setOnHeaderPresent(kept(Origins.VIRTUAL_ENVIRONMENT)
                            .setRegexValueRewrite(RegexMatchAndSubstitute.newBuilder()
                                    .setPattern(RegexMatcher.newBuilder().setRegex("^[^/]*/")))))
            .build());

    private final Any removal;

    Leaving(Context context) {
        this.removal = Any.pack(Config.newBuilder()
                .addRequestRules(taken(context.header(), Origins.VIRTUAL_ENVIRONMENT))
                .addRequestRules(taken(context.deploymentHeader(), Origins.DEPLOYMENT))
                .build());
    }

    private static Rule taken(String header, String key) {
        return Rule.newBuilder()
                .setHeader(header)
                .setOnHeaderPresent(kept(key))
                .setRemove(true)
                .build();
    }

    private static KeyValuePair.Builder kept(String key) {
        return KeyValuePair.newBuilder()
                .setMetadataNamespace(Origins.NAMESPACE)
                .setKey(key)
                .setType(ValueType.STRING);
    }

    /** Names the adapter and its address for Envoy's own answers. */
    static Route.Builder to(ToAdapter to) {
        return Route.newBuilder()
                .setMetadata(Origins.ofAdapter(
                        to.adapter().origin(), to.name(), to.adapter().authority()));
    }

    static Route.Builder to(ToConnection to) {
        return Route.newBuilder().setMetadata(Origins.ofAdapter(to.origin(), to.name(), to.address()));
    }

    Route.Builder called(Route.Builder route, ResolvedAdapter.HttpAdapter adapter) {
        Route.Builder leaving = keepsContext(adapter) ? route : withoutContext(route);
        return adapter.query().isEmpty()
                ? leaving
                : Script.on(leaving, WireNames.QUERY_FILTER, Map.of("query", query(adapter)));
    }

    /** A redirect adds no query. */
    static Route.Builder redirected(Route.Builder route, ResolvedAdapter.HttpAdapter adapter) {
        return keepsContext(adapter) ? route : route.putTypedPerFilterConfig(WireNames.LEAVING_FILTER, REDIRECTED);
    }

    Route.Builder withoutContext(Route.Builder route) {
        return route.putTypedPerFilterConfig(WireNames.LEAVING_FILTER, removal)
                .putTypedPerFilterConfig(WireNames.BAGGAGE_FILTER, Routes.ON);
    }

    private static boolean keepsContext(ResolvedAdapter.HttpAdapter adapter) {
        return adapter.behaviour().context() == ContextHandling.Pass;
    }

    /** The parameters come percent-encoded from resolving. */
    private static String query(ResolvedAdapter.HttpAdapter adapter) {
        return new TreeMap<>(adapter.query())
                .entrySet().stream()
                        .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                        .collect(Collectors.joining("&"));
    }
}
