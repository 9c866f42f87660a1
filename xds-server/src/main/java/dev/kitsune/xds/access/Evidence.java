package dev.kitsune.xds.access;

import com.nimbusds.jose.jwk.ECKey;
import dev.kitsune.xds.identity.CallRefusedException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Why a proxy is believed. It holds no token. */
sealed interface Evidence {
    ProxyIdentity identity();

    /** When it is over. */
    Instant end();

    /** Checks that it still is believed. */
    void check(Trust trust) throws CallRefusedException;

    /** A token that this key has signed. */
    record SignedBy(ProxyIdentity identity, Instant end, ECKey key) implements Evidence {
        @Override
        public void check(Trust trust) throws CallRefusedException {
            trust.checkTrusted(key);
            trust.checkTime(identity, "token", "token --proxy", end);
        }
    }

    /** A client certificate. */
    record CertifiedBy(ProxyIdentity identity, Instant end, List<X509Certificate> chain) implements Evidence {
        public CertifiedBy {
            chain = List.copyOf(chain);
        }

        @Override
        public void check(Trust trust) throws CallRefusedException {
            trust.checkTrusted(chain);
            trust.checkTime(identity, "client certificate", "certs --proxy", end);
        }
    }
}
