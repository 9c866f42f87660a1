package dev.kitsune.xds.cluster;

import dev.kitsune.k8s.authority.AuthorityKeeper;
import dev.kitsune.xds.tls.CertificateAuthority;
import java.time.Duration;

/**
 * How the proxies of a cluster reach Kitsune, and how they recognise it.
 *
 * @param service the name of the Service before Kitsune's port for Envoys
 * @param gatewayAccount the service account of gateways, in Kitsune's own namespace
 * @param connectionAge after which a connection to the port ends, so that proxies spread over the replicas
 * @param certificateLife how long the certificate of a replica is valid
 * @param spread how long pods have to get a changed certificate authority
 */
public record MeshSettings(
        String service, String gatewayAccount, Duration connectionAge, Duration certificateLife, Duration spread) {
    /** Those of the chart of this name. */
    public static MeshSettings of(String service, String gatewayAccount) {
        return new MeshSettings(
                service,
                gatewayAccount,
                // Otherwise a rollout would leave all proxies at the replica that started first.
                Duration.ofMinutes(30),
                CertificateAuthority.SERVER_LIFETIME,
                AuthorityKeeper.SPREAD);
    }
}
