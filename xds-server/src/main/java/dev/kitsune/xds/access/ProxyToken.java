package dev.kitsune.xds.access;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Instant;
import java.util.Date;

/** The tokens by which proxies say who they are. */
public final class ProxyToken {
    /** Tokens that select virtual environments are for others. */
    public static final String AUDIENCE = "kitsune-xds";

    /** The claim of the rights. */
    static final String RIGHTS = "kitsune";

    private ProxyToken() {}

    /** Returns the claims of a token. */
    public static JWTClaimsSet claims(ProxyIdentity identity, Instant now, Instant end) {
        return new JWTClaimsSet.Builder()
                .audience(AUDIENCE)
                .subject(identity.name())
                .claim(RIGHTS, identity.rightsText())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(end))
                .build();
    }
}
