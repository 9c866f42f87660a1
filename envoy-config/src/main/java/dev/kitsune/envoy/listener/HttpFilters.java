package dev.kitsune.envoy.listener;

import com.github.xds.core.v3.TypedExtensionConfig;
import com.github.xds.type.matcher.v3.Matcher;
import com.github.xds.type.matcher.v3.Matcher.MatcherList;
import com.github.xds.type.matcher.v3.RegexMatcher;
import com.github.xds.type.matcher.v3.StringMatcher;
import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Ads;
import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.extensions.common.matching.v3.ExtensionWithMatcher;
import io.envoyproxy.envoy.extensions.filters.common.matcher.action.v3.SkipFilter;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemandCds;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;

/** The HTTP filters that Kitsune uses. */
final class HttpFilters {
    private static final String NORMALISER = "kitsune.normaliser";

    /** A name that the normaliser would leave as it is. */
    private static final String SETTLED = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    private HttpFilters() {}

    static HttpFilter normaliser(Any lua) {
        return filter(NORMALISER, lua);
    }

    /** Skipped where the header holds one good name: of 21 microseconds for a request, the script takes up to 4. */
    static HttpFilter normaliserUnlessSettled(Any lua, String header) {
        Matcher skip = Matcher.newBuilder()
                .setMatcherList(MatcherList.newBuilder()
                        .addMatchers(MatcherList.FieldMatcher.newBuilder()
                                .setPredicate(MatcherList.Predicate.newBuilder()
                                        .setSinglePredicate(MatcherList.Predicate.SinglePredicate.newBuilder()
                                                .setInput(extension(
                                                        "header",
                                                        HttpRequestHeaderMatchInput.newBuilder()
                                                                .setHeaderName(header)
                                                                .build()))
                                                .setValueMatch(StringMatcher.newBuilder()
                                                        .setSafeRegex(RegexMatcher.newBuilder()
                                                                .setGoogleRe2(
                                                                        RegexMatcher.GoogleRE2.getDefaultInstance())
                                                                .setRegex(SETTLED)))))
                                .setOnMatch(Matcher.OnMatch.newBuilder()
                                        .setAction(extension("skip", SkipFilter.getDefaultInstance())))))
                .build();
        return filter(
                NORMALISER,
                Any.pack(ExtensionWithMatcher.newBuilder()
                        .setXdsMatcher(skip)
                        .setExtensionConfig(io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig.newBuilder()
                                .setName("envoy.filters.http.lua")
                                .setTypedConfig(lua))
                        .build()));
    }

    /**
     * Fetches what a request needs and is not there yet. It stands right behind the normaliser: a filter before it that reads
     * a route's configuration would not run for the first request of an environment.
     */
    static HttpFilter onDemand() {
        return filter(
                "envoy.filters.http.on_demand",
                Any.pack(OnDemand.newBuilder()
                        .setOdcds(OnDemandCds.newBuilder().setSource(Ads.SOURCE).setTimeout(Durations.fromSeconds(3)))
                        .build()));
    }

    /** Idle, but for routes that name its script. */
    static HttpFilter query(Any lua) {
        return filter(WireNames.QUERY_FILTER, lua);
    }

    /**
     * Idle, but for routes that name its script. (A filter that is {@code disabled} here stays so: whether a route turns it on
     * is looked up before the scope is chosen.)
     */
    static HttpFilter genesis(Any lua) {
        return filter(WireNames.GENESIS_FILTER, lua);
    }

    static HttpFilter router() {
        return filter(
                "envoy.filters.http.router",
                Any.pack(Router.newBuilder().setSuppressEnvoyHeaders(true).build()));
    }

    private static HttpFilter filter(String name, Any config) {
        return HttpFilter.newBuilder().setName(name).setTypedConfig(config).build();
    }

    private static TypedExtensionConfig extension(String name, Message config) {
        return TypedExtensionConfig.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(config))
                .build();
    }
}
