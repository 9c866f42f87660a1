package dev.kitsune.envoy.bootstrap;

import com.google.protobuf.Any;
import dev.kitsune.envoy.json.EnvoyJson;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.WatchedDirectory;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;

/**
 * The folder of a proxy's credentials. Beside the credentials it holds files that tell Envoy where they are. Envoy reads
 * the credentials again when a file is renamed to a place in the folder, or when a link in it is replaced, as in volumes
 * of Kubernetes.
 */
public final class CredentialFolder {
    public static final String AUTHORITIES = "ca.crt";
    public static final String TOKEN = "token";
    public static final String CERTIFICATE = "client.crt";
    public static final String KEY = "client.key";

    /** A file that tells Envoy where something is. */
    public enum SecretFile {
        AUTHORITIES("ca.yaml", "control-plane-ca"),
        TOKEN("token.yaml", "control-plane-token"),
        CERTIFICATE("client.yaml", "control-plane-certificate");

        private final String fileName;
        private final String secretName;

        SecretFile(String fileName, String secretName) {
            this.fileName = fileName;
            this.secretName = secretName;
        }

        public String fileName() {
            return fileName;
        }

        String secretName() {
            return secretName;
        }
    }

    private CredentialFolder() {}

    /** Returns the text of such a file. */
    public static String text(SecretFile file, String folder) {
        return EnvoyJson.print(content(file, folder)) + "\n";
    }

    /** Returns the same as a message. */
    public static DiscoveryResponse content(SecretFile file, String folder) {
        Secret.Builder secret = Secret.newBuilder().setName(file.secretName());
        WatchedDirectory watched = WatchedDirectory.newBuilder().setPath(folder).build();
        switch (file) {
            case AUTHORITIES ->
                secret.setValidationContext(CertificateValidationContext.newBuilder()
                        .setTrustedCa(at(folder, AUTHORITIES))
                        .setWatchedDirectory(watched));
            case TOKEN ->
                secret.setGenericSecret(GenericSecret.newBuilder()
                        .setSecret(at(folder, TOKEN).toBuilder().setWatchedDirectory(watched)));
            case CERTIFICATE ->
                secret.setTlsCertificate(TlsCertificate.newBuilder()
                        .setCertificateChain(at(folder, CERTIFICATE))
                        .setPrivateKey(at(folder, KEY))
                        .setWatchedDirectory(watched));
        }
        return DiscoveryResponse.newBuilder()
                .addResources(Any.pack(secret.build()))
                .build();
    }

    private static DataSource at(String folder, String file) {
        return DataSource.newBuilder().setFilename(folder + "/" + file).build();
    }
}
