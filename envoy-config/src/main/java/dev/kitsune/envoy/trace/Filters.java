package dev.kitsune.envoy.trace;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig;
import io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Evaluates the filters of a listener for one request, except scripts. */
final class Filters {
    private final Instant now;
    private final String caller;
    private final List<String> notFollowed;
    private final List<HeaderValueOption> ofAnswer = new ArrayList<>();
    private final Map<String, String> left;
    private Map<String, Map<String, Object>> claims = Map.of();

    /**
     * Knows no token yet.
     *
     * @param caller the identity that the caller has shown; empty for none
     * @param left the request's metadata, by namespace and key, to which filters add
     */
    Filters(Instant now, String caller, List<String> notFollowed, Map<String, String> left) {
        this.now = now;
        this.caller = caller;
        this.notFollowed = notFollowed;
        this.left = left;
    }

    /** {@code refused}: null if the request continues */
    record FilterResult(RequestHeaders request, LocalReplies.@Nullable ReplyReason refused) {}

    FilterResult run(HttpFilter filter, RequestHeaders request, @Nullable RouteTable table) {
        Any config = filter.getTypedConfig();
        Optional<Any> ofRoute = Optional.ofNullable(table).flatMap(found -> found.filterConfig(filter.getName()));
        if (config.is(JwtAuthentication.class)) {
            return ofRoute.map(own -> tokens(
                            FilterConfigs.unpack(config, JwtAuthentication.class),
                            FilterConfigs.unpack(own, PerRouteConfig.class),
                            request))
                    .orElseGet(() -> new FilterResult(request, null));
        }
        if (config.is(RBAC.class)) {
            RBAC rules = ofRoute.map(
                            own -> FilterConfigs.unpack(own, RBACPerRoute.class).getRbac())
                    .orElseGet(() -> FilterConfigs.unpack(config, RBAC.class));
            return new FilterResult(request, rules.hasRules() ? refused(rules, request) : null);
        }
        if (config.is(HeaderMutation.class)) {
            return new FilterResult(
                    mutated(FilterConfigs.unpack(config, HeaderMutation.class), ofRoute, request), null);
        }
        if (config.is(Config.class)) {
            copied(FilterConfigs.unpack(config, Config.class), ofRoute, request);
            return new FilterResult(request, null);
        }
        if (!config.is(OnDemand.class) && !config.is(Router.class) && !config.is(FilterConfig.class)) {
            notFollowed.add("what the filter " + filter.getName() + " does");
        }
        return new FilterResult(request, null);
    }

    private void copied(Config config, Optional<Any> ofRoute, RequestHeaders request) {
        Config rules = ofRoute.filter(own -> own.is(Config.class))
                .map(own -> FilterConfigs.unpack(own, Config.class))
                .orElse(config);
        HeadersToMetadata.copy(rules, request, left);
    }

    private FilterResult tokens(JwtAuthentication config, PerRouteConfig route, RequestHeaders request) {
        TokenAuthn.TokenResult result = TokenAuthn.of(config, route.getRequirementName(), request, now);
        claims = result.claims();
        return new FilterResult(result.request(), result.refused());
    }

    private LocalReplies.@Nullable ReplyReason refused(RBAC rules, RequestHeaders request) {
        AccessRules access = new AccessRules(request, claims, caller);
        if (AccessRules.looksAtAddresses(rules.getRules()) && access.address().isEmpty()) {
            notFollowed.add("at which address " + request.authority() + " is");
            return null;
        }
        return access.refused(rules.getRules()).orElse(null);
    }

    private RequestHeaders mutated(HeaderMutation config, Optional<Any> ofRoute, RequestHeaders request) {
        config.getMutations().getResponseMutationsList().forEach(mutation -> ofAnswer.add(mutation.getAppend()));
        RequestHeaders result =
                HeaderMutations.mutate(request, config.getMutations().getRequestMutationsList());
        return ofRoute.map(own -> HeaderMutations.mutate(
                        result,
                        FilterConfigs.unpack(own, HeaderMutationPerRoute.class)
                                .getMutations()
                                .getRequestMutationsList()))
                .orElse(result);
    }

    /** The request's metadata from scripts and filters, by namespace and key. */
    Map<String, String> left() {
        return left;
    }

    /** The headers of an answer, with those that filters add on its way back. */
    Map<String, String> answerHeaders(Map<String, String> headers, RequestHeaders request, RouteTable table) {
        Map<String, String> all = new TreeMap<>(headers);
        for (HeaderValueOption option : ofAnswer) {
            String value = Format.header(option.getHeader().getValue(), Format.of(request, table, Map.of()));
            if (!value.isEmpty()) {
                all.put(option.getHeader().getKey(), value);
            }
        }
        return all;
    }
}
