package dev.kitsune.xds.cli;

import dev.kitsune.envoy.bootstrap.CredentialFolder;
import dev.kitsune.envoy.bootstrap.CredentialFolder.SecretFile;
import dev.kitsune.xds.tls.KeyFiles;
import dev.kitsune.xds.tls.KeyFiles.Readers;
import dev.kitsune.xds.tls.KeyedCertificate;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder of the credentials of one proxy.
 *
 * @param mountedAt where the proxy finds it; null for where it is
 */
record ProxyFolder(Path folder, @Nullable String mountedAt) {
    /** Envoy reads a file when another file has taken its place, so what they need is there first. */
    void write(String authorities, String token) throws IOException {
        begin(authorities);
        KeyFiles.replace(folder.resolve(CredentialFolder.TOKEN), token, Readers.OWNER);
        describe(SecretFile.TOKEN);
    }

    void write(String authorities, KeyedCertificate certificate) throws IOException {
        begin(authorities);
        KeyFiles.replace(folder.resolve(CredentialFolder.KEY), certificate.keyPem(), Readers.OWNER);
        KeyFiles.replace(folder.resolve(CredentialFolder.CERTIFICATE), certificate.certificatePem(), Readers.ALL);
        describe(SecretFile.CERTIFICATE);
    }

    private void begin(String authorities) throws IOException {
        KeyFiles.createFolder(folder);
        KeyFiles.replace(folder.resolve(CredentialFolder.AUTHORITIES), authorities, Readers.ALL);
        describe(SecretFile.AUTHORITIES);
    }

    private void describe(SecretFile file) throws IOException {
        KeyFiles.replace(folder.resolve(file.fileName()), CredentialFolder.text(file, place()), Readers.ALL);
    }

    String place() {
        return mountedAt == null ? folder.toAbsolutePath().normalize().toString() : mountedAt;
    }
}
