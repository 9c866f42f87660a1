package dev.kitsune.xds.identity;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller shows.
 *
 * @param token the bearer token
 * @param certificates the client certificate and those between it and its CA. The client holds the key; who has signed
 *     them is not checked yet. Empty for none
 */
public record Credentials(@Nullable String token, List<X509Certificate> certificates) {
    private static final String SCHEME = "Bearer ";

    public Credentials {
        certificates = List.copyOf(certificates);
    }

    /** @param authorization the header. Envoy's credential injector sends what its file has, so the scheme may be missing. */
    static Credentials of(@Nullable String authorization, List<X509Certificate> certificates) {
        return new Credentials(authorization == null ? null : withoutScheme(authorization.strip()), certificates);
    }

    private static String withoutScheme(String authorization) {
        return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? authorization.substring(SCHEME.length()).strip()
                : authorization;
    }

    public boolean isEmpty() {
        return token == null && certificates.isEmpty();
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return (token == null ? "no token" : "a token") + ", " + certificates.size() + " certificates";
    }
}
