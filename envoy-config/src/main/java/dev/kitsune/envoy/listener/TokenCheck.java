package dev.kitsune.envoy.listener;

import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.snapshot.ResolvedSelection;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The filters with which a gateway checks tokens. They exist only while an environment requires tokens, and are idle
 * except for the routes that turn them on.
 *
 * @param environments the environments that require a token
 */
record TokenCheck(SortedMap<String, ResolvedSelection.SelectedByToken> environments) {
    /** Envoy leaves a token in the cookie that it came in, so the normaliser moves it to a header of its own. */
    private static final String COOKIE_PREFIX = "kitsune-cookie-";

    static TokenCheck of(SnapshotView view) {
        SortedMap<String, ResolvedSelection.SelectedByToken> environments = new TreeMap<>();
        view.selections().forEach((environment, selection) -> {
            if (selection instanceof ResolvedSelection.SelectedByToken token) {
                environments.put(environment, token);
            }
        });
        return new TokenCheck(environments);
    }

    /** Returns the headers to which the cookies are moved, by the names of the cookies. */
    SortedMap<String, String> cookies() {
        SortedMap<String, String> cookies = new TreeMap<>();
        environments.values().forEach(token -> cookies.put(token.cookie(), header(token.cookie())));
        return cookies;
    }

    List<HttpFilter> filters() {
        if (environments.isEmpty()) {
            return List.of();
        }
        JwtAuthentication.Builder tokens = JwtAuthentication.newBuilder();
        environments.forEach((environment, token) -> tokens.putProviders(environment, provider(token))
                .putRequirementMap(
                        environment,
                        JwtRequirement.newBuilder().setProviderName(environment).build()));
        Mutations.Builder mutations = Mutations.newBuilder();
        cookies()
                .values()
                .forEach(header -> mutations.addRequestMutations(
                        HeaderMutation.newBuilder().setRemove(header).build()));
        return List.of(
                HttpFilters.of(WireNames.TOKEN_FILTER, tokens.build()),
                HttpFilters.of(WireNames.CLAIM_FILTER, RBAC.getDefaultInstance()),
                HttpFilters.of(
                        WireNames.TOKENS_OFF_FILTER,
                        io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation.newBuilder()
                                .setMutations(mutations)
                                .build()));
    }

    /** If the sources are listed, Envoy reads tokens from no other source, such as the query. */
    private static JwtProvider provider(ResolvedSelection.SelectedByToken token) {
        JwtProvider.Builder provider = JwtProvider.newBuilder()
                .setLocalJwks(DataSource.newBuilder().setInlineString(token.jwks()))
                .addFromHeaders(JwtHeader.newBuilder()
                        .setName(token.header())
                        .setValuePrefix(token.header().equals("authorization") ? "Bearer " : ""))
                .addFromHeaders(JwtHeader.newBuilder().setName(header(token.cookie())))
                .setForward(false)
                .setRequireExpiration(true)
                .setPayloadInMetadata(WireNames.TOKEN_FILTER);
        if (token.issuer() != null) {
            provider.setIssuer(token.issuer());
        }
        if (token.audience() != null) {
            provider.addAudiences(token.audience());
        }
        return provider.build();
    }

    private static String header(String cookie) {
        return COOKIE_PREFIX + cookie.toLowerCase(Locale.ROOT);
    }
}
