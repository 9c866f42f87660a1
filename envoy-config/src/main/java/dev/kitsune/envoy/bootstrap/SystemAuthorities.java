package dev.kitsune.envoy.bootstrap;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.List;

/**
 * The certificate authorities that the proxy's machine trusts. Only the bootstrap can know the path of their file, so
 * it holds them as a static secret that clusters refer to by name.
 */
public final class SystemAuthorities {
    public static final String NAME = "system-authorities";

    /** The paths in Debian, Red Hat, SUSE and Alpine, in the order in which they are tried. */
    public static final List<String> FILES = List.of(
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/ca-bundle.pem",
            "/etc/ssl/cert.pem");

    private SystemAuthorities() {}

    static Secret secret(String file) {
        return Secret.newBuilder()
                .setName(NAME)
                .setValidationContext(CertificateValidationContext.newBuilder()
                        .setTrustedCa(DataSource.newBuilder().setFilename(file)))
                .build();
    }
}
