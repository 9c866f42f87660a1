package dev.kitsune.model.manifest;

import java.util.List;

/**
 * How clients use TLS at the gateways.
 *
 * @param certificates at least one, each for other hosts
 * @param redirect whether a gateway answers requests without TLS with the same address in https
 */
public record GatewayTls(List<HostCertificate> certificates, TlsVersion minimumVersion, boolean redirect) {
    public GatewayTls {
        certificates = List.copyOf(certificates);
    }

    /** The certificate that clients see who ask for one of these hosts. */
    public record HostCertificate(List<String> hosts, String secret) {
        public HostCertificate {
            hosts = List.copyOf(hosts);
        }

        /** Whether it is for all hosts that no other certificate names, and for clients that name no host. */
        public boolean isForOthers() {
            return hosts.isEmpty();
        }
    }

    /** A version of TLS, by its usual name in configurations. */
    public enum TlsVersion {
        TLSv1_2,
        TLSv1_3
    }

    /** Whether a Secret of Kitsune's own namespace holds one of the certificates. */
    public boolean names(String secret) {
        return certificates.stream()
                .anyMatch(certificate -> certificate.secret().equals(secret));
    }
}
