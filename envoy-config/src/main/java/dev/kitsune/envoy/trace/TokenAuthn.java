package dev.kitsune.envoy.trace;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyConverter;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import java.security.Key;
import java.text.ParseException;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Envoy's check of tokens, with the keys in the listener. */
final class TokenAuthn {
    /** The permitted difference of clocks. */
    private static final int SKEW_SECONDS = 60;

    private TokenAuthn() {}

    /**
     * The result of the check.
     *
     * @param request without the tokens
     * @param claims the claims of the token, by the provider's name; empty if it is refused
     * @param refused null if it is accepted
     */
    record TokenResult(
            RequestHeaders request,
            Map<String, Map<String, Object>> claims,
            LocalReplies.@Nullable ReplyReason refused) {}

    /** {@code requirement}: the name of the route's requirement */
    static TokenResult of(JwtAuthentication config, String requirement, RequestHeaders request, Instant now) {
        JwtProvider provider = config.getProvidersOrThrow(
                config.getRequirementMapOrThrow(requirement).getProviderName());
        KnownFields.only(
                provider,
                Set.of(
                        "issuer",
                        "audiences",
                        "local_jwks",
                        "from_headers",
                        "forward",
                        "payload_in_metadata",
                        "require_expiration"));
        RequestHeaders left = request;
        JWTClaimsSet claims = null;
        for (JwtHeader from : provider.getFromHeadersList()) {
            String token = token(from, request).orElse(null);
            if (token == null) {
                continue;
            }
            try {
                SignedJWT jwt = SignedJWT.parse(token);
                claims = jwt.getJWTClaimsSet();
                LocalReplies.ReplyReason refused = refused(provider, jwt, claims, now);
                if (refused != null) {
                    return new TokenResult(request, Map.of(), refused);
                }
            } catch (ParseException e) {
                return new TokenResult(request, Map.of(), refusal(401, "Jwt is not well formed"));
            }
            left = provider.getForward() ? left : HeaderMutations.remove(left, from.getName());
        }
        return claims == null
                ? new TokenResult(request, Map.of(), refusal(401, "Jwt is missing"))
                : new TokenResult(left, Map.of(provider.getPayloadInMetadata(), claims.getClaims()), null);
    }

    private static Optional<String> token(JwtHeader from, RequestHeaders request) {
        return request.first(from.getName())
                .filter(value -> value.startsWith(from.getValuePrefix()))
                .map(value -> value.substring(from.getValuePrefix().length()));
    }

    /** Returns null for a valid token. */
    private static LocalReplies.@Nullable ReplyReason refused(
            JwtProvider provider, SignedJWT jwt, JWTClaimsSet claims, Instant now) throws ParseException {
        if (!provider.getIssuer().isEmpty() && !provider.getIssuer().equals(claims.getIssuer())) {
            return refusal(401, "Jwt issuer is not configured");
        }
        Date end = claims.getExpirationTime();
        if (end == null
                ? provider.getRequireExpiration()
                : end.toInstant().plusSeconds(SKEW_SECONDS).isBefore(now)) {
            return refusal(401, "Jwt is expired");
        }
        Date begin = claims.getNotBeforeTime();
        if (begin != null && begin.toInstant().minusSeconds(SKEW_SECONDS).isAfter(now)) {
            return refusal(401, "Jwt not yet valid");
        }
        if (provider.getAudiencesCount() > 0
                && Collections.disjoint(provider.getAudiencesList(), claims.getAudience())) {
            return refusal(403, "Audiences in Jwt are not allowed");
        }
        return isSigned(jwt, JWKSet.parse(provider.getLocalJwks().getInlineString()))
                ? null
                : refusal(401, "Jwt verification fails");
    }

    private static boolean isSigned(SignedJWT jwt, JWKSet keys) {
        JWKMatcher fitting = JWKMatcher.forJWSHeader(jwt.getHeader());
        List<Key> fit = fitting == null
                ? List.of()
                : KeyConverter.toJavaKeys(new JWKSelector(fitting).select(keys.toPublicJWKSet()));
        for (Key key : fit) {
            try {
                if (jwt.verify(new DefaultJWSVerifierFactory().createJWSVerifier(jwt.getHeader(), key))) {
                    return true;
                }
            } catch (JOSEException e) {
                // A key of another type has not signed it.
            }
        }
        return false;
    }

    private static LocalReplies.ReplyReason refusal(int status, String text) {
        return new LocalReplies.ReplyReason(
                status, text, "", "jwt_authn_access_denied{" + text.replace(' ', '_') + "}");
    }
}
