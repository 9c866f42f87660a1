package dev.kitsune.xds.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.xds.peer.AuthorityListener;
import dev.kitsune.xds.peer.PeerAuthority;
import dev.kitsune.xds.tls.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who signs follows the files of the folder. */
class FolderAuthorityTest {
    @TempDir
    Path temp;

    private final List<String> told = new ArrayList<>();

    private FolderAuthority authority() {
        return new FolderAuthority(new TlsFolder(temp), InstantSource.system(), new AuthorityListener() {
            @Override
            public void signedBy(PeerAuthority authority) {
                told.add(authority.toString() + ", " + authority.trusted().size() + " trusted");
            }

            @Override
            public void unsigned(String why) {
                told.add(why);
            }
        });
    }

    private static String name(CertificateAuthority authority) {
        return "authority " + authority.own().certificate().getSubjectX500Principal();
    }

    private void write(CertificateAuthority key, String authorities) throws IOException {
        Files.writeString(temp.resolve(TlsFolder.AUTHORITIES), authorities);
        Files.writeString(temp.resolve(TlsFolder.AUTHORITY_KEY), key.own().keyPem());
    }

    @Test
    void itIsToldOnceForEachChange() throws Exception {
        CertificateAuthority first = CertificateAuthority.create(InstantSource.system());
        CertificateAuthority next = CertificateAuthority.create(InstantSource.system());
        FolderAuthority authority = authority();
        write(first, first.own().certificatePem());

        authority.look();
        authority.look();
        write(next, next.own().certificatePem() + first.own().certificatePem());
        authority.look();

        assertThat(told).containsExactly(name(first) + ", 1 trusted", name(next) + ", 2 trusted");
    }

    @Test
    void filesThatDoNotFitAreTold() throws Exception {
        CertificateAuthority first = CertificateAuthority.create(InstantSource.system());
        CertificateAuthority next = CertificateAuthority.create(InstantSource.system());
        FolderAuthority authority = authority();

        authority.look();
        write(next, first.own().certificatePem());
        authority.look();

        assertThat(told)
                .containsExactly(
                        "copy ca.key of `kitsune certs` to the folder " + temp,
                        temp.resolve("ca.crt") + " or ca.key holds a certificate for another private key: make them"
                                + " again with `kitsune certs --out " + temp + "`");
    }
}
