package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.kitsune.xds.access.TlsFolder;
import dev.kitsune.xds.tls.KeyedCertificate;
import dev.kitsune.xds.tls.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertsCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path temp;

    private Path tls() {
        return temp.resolve("tls");
    }

    private Run certs(String... more) {
        return Run.of(Stream.concat(Stream.of("certs", "--out", tls().toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private String read(String file) throws IOException {
        return Files.readString(tls().resolve(file));
    }

    private X509Certificate server() throws Exception {
        return Pem.certificates(read("server.crt")).get(0);
    }

    private String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void theFirstRunMakesEverythingAndOnlyTheOwnerReadsTheKeys() throws Exception {
        Run run = certs("--host", "kitsune.internal", "--host", "10.0.0.7", "--host", "fd00::7");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("made the CA", "made " + tls().resolve("server.crt"), "keep it secret");
        assertThat(server().getSubjectAlternativeNames()).hasSize(3);
        server().verify(Pem.certificates(read("ca.crt")).get(0).getPublicKey());
        for (String secret : List.of("ca.key", "server.key", "tokens.jwk")) {
            assertThat(permissions(tls().resolve(secret))).as(secret).isEqualTo("rw-------");
        }
        assertThat(permissions(tls())).isEqualTo("rwx------");
        assertThat(read("tokens.jwks")).as("public keys").doesNotContain("\"d\"");
    }

    @Test
    void anotherRunKeepsWhatIsValid() throws Exception {
        certs("--host", "kitsune.internal", "--host", "fd00::7");
        List<String> files = List.of("ca.crt", "ca.key", "server.crt", "server.key", "tokens.jwk", "tokens.jwks");
        List<String> before = files.stream().map(this::text).toList();

        Run run = certs();

        assertThat(run.out().lines()).hasSize(3).allMatch(line -> line.startsWith("kept"));
        assertThat(run.out()).contains("for kitsune.internal, fd00::7, valid until");
        assertThat(files.stream().map(this::text)).isEqualTo(before);
    }

    private String text(String file) {
        try {
            return read(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theCertificateIsRenewedWhenAThirdOfItsTimeIsLeft() throws Exception {
        certs();
        String before = read("server.crt");
        CertificateFiles.Wishes none = new CertificateFiles.Wishes(List.of(), false, false, false);
        TlsFolder folder = new TlsFolder(tls());
        Instant now = Instant.now();

        new CertificateFiles(folder, InstantSource.fixed(now.plus(Duration.ofDays(59)))).make(none);
        assertThat(read("server.crt")).isEqualTo(before);

        new CertificateFiles(folder, InstantSource.fixed(now.plus(Duration.ofDays(61)))).make(none);
        assertThat(read("server.crt")).isNotEqualTo(before);
        assertThat(KeyedCertificate.of(read("server.crt"), read("server.key")).chain())
                .hasSize(1);
    }

    @Test
    void otherHostsOrAWishRenewTheCertificate() throws Exception {
        certs();
        String first = read("server.crt");
        assertThat(certs("--host", "other").out()).contains("renewed " + tls().resolve("server.crt") + " for other");
        String second = read("server.crt");
        assertThat(second).isNotEqualTo(first);
        certs("--renew");
        assertThat(read("server.crt")).isNotEqualTo(second);
    }

    @Test
    void aNewAuthorityStandsBeforeTheEarlierOne() throws Exception {
        certs();
        X509Certificate before = Pem.certificates(read("ca.crt")).get(0);
        String server = read("server.crt");

        assertThat(certs("--new-ca").out()).contains("made a new CA, and still trust the earlier one");

        List<X509Certificate> both = Pem.certificates(read("ca.crt"));
        assertThat(both).hasSize(2).last().isEqualTo(before);
        assertThat(read("server.crt")).as("proxies do not know the new CA yet").isEqualTo(server);

        certs("--renew");
        server().verify(both.get(0).getPublicKey());
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws Exception {
        certs();
        Files.setPosixFilePermissions(tls().resolve("ca.key"), PosixFilePermissions.fromString("rw-r--r--"));

        Run run = certs("--renew");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("others may read the private key", "chmod 600", "--new-ca");
    }

    @Test
    void aProxyGetsAFolderForItsBootstrap() throws Exception {
        certs();
        Path cart = temp.resolve("cart");
        Run certificate = Run.of(
                "certs",
                "--proxy",
                "--tls",
                tls().toString(),
                "--role",
                "sidecar",
                "--app",
                "shop",
                "--component",
                "cart",
                "--version",
                "c1",
                "--id",
                "cart-1",
                "--out",
                cart.toString(),
                "--mounted-at",
                "/etc/kitsune");

        assertThat(certificate.exitCode()).as(certificate.err()).isZero();
        assertThat(certificate.err()).contains("a workload of shop/cart@c1 (cart-1)", "--tls /etc/kitsune");
        assertThat(Files.readString(cart.resolve("client.yaml"))).contains("/etc/kitsune/client.key");
        assertThat(Files.readString(cart.resolve("ca.crt"))).isEqualTo(read("ca.crt"));
        assertThat(permissions(cart.resolve("client.key"))).isEqualTo("rw-------");
        assertThat(Pem.certificates(Files.readString(cart.resolve("client.crt")))
                        .get(0)
                        .getSubjectAlternativeNames())
                .containsExactly(List.of(6, "kitsune:workload/shop/cart/c1/cart-1#shop/cart@c1/cart-1"));
    }

    @Test
    void aTokenIsPrintedOrWritten() throws Exception {
        certs();
        Run printed = Run.of("token", "--proxy", "--tls", tls().toString(), "--role", "gateway", "--name", "edge-1");
        SignedJWT token = SignedJWT.parse(printed.out().strip());
        assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("edge-1");
        assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("kitsune-xds");
        assertThat(token.getJWTClaimsSet().getExpirationTime().toInstant())
                .isBetween(
                        Instant.now().plus(Duration.ofDays(29)), Instant.now().plus(Duration.ofDays(31)));

        Path folder = temp.resolve("edge");
        Run written =
                Run.of("token", "--proxy", "--tls", tls().toString(), "--role", "gateway", "--out", folder.toString());
        assertThat(written.out()).isEmpty();
        assertThat(permissions(folder.resolve("token"))).isEqualTo("rw-------");
        assertThat(Files.readString(folder.resolve("token.yaml")))
                .contains(folder.toAbsolutePath() + "/token", "control-plane-token");
        assertThat(written.err()).doesNotContain(Files.readString(folder.resolve("token")));
    }

    @Test
    void optionsThatDoNotBelongTogetherAreRefusedInWords() {
        certs();
        String tls = tls().toString();
        refused("--out is needed", "certs");
        refused("--role describes a proxy", "certs", "--out", tls, "--role", "gateway");
        refused("--for is for the certificate of a proxy", "certs", "--out", tls, "--for", "3d");
        refused("--host 'a:b.c/d'", "certs", "--out", tls, "--host", "a:b.c/d");
        refused("are for the server", "certs", "--proxy", "--tls", tls, "--role", "gateway", "--renew");
        refused("--proxy needs --out", "certs", "--proxy", "--tls", tls, "--role", "gateway");
        refused("--proxy needs --tls and --role", "token", "--proxy");
        refused("needs --app, --component and --version", "token", "--proxy", "--tls", tls, "--role", "sidecar");
        refused("leave them out for a gateway", "token", "--proxy", "--tls", tls, "--role", "gateway", "--app", "a");
        refused("--dir, --env, --key and --new-key", "token", "--proxy", "--dir", tls);
        refused("--dir and --env are needed", "token");
        refused(
                "--mounted-at needs --out",
                "token",
                "--proxy",
                "--tls",
                tls,
                "--role",
                "gateway",
                "--mounted-at",
                "/a");
        refused("--name 'a b'", "token", "--proxy", "--tls", tls, "--role", "gateway", "--name", "a b");
    }

    private static void refused(String words, String... arguments) {
        Run run = Run.of(arguments);
        assertThat(run.exitCode()).as(String.join(" ", arguments)).isEqualTo(2);
        assertThat(run.err()).contains(words);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void anOpenPortIsRefusedWithTheCommandsThatCloseIt() {
        String dir = temp.toString();
        refused("`kitsune certs --out tls", "serve", "--dir", dir, "--xds", "0.0.0.0:0");
        refused("--xds 0.0.0.0:0 --tls tls`", "serve", "--dir", dir, "--xds", "0.0.0.0:0");
        refused("listens on loopback only", "serve", "--dir", dir, "--http", "0.0.0.0:0");
        refused("listens on loopback only", "serve", "--dir", dir, "--tls", dir, "--http", "[::]:0");
        refused("--tls belongs to a folder", "serve", "--tls", dir);
        Run missing = Run.of("serve", "--dir", dir, "--xds", "127.0.0.1:0", "--http", "127.0.0.1:0", "--tls", dir);
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).contains("ca.crt does not exist", "kitsune certs --out");
    }

    @Test
    void aBootstrapNamesTheFolderAsTheProxyFindsIt() {
        String[] gateway = {"bootstrap", "--role", "gateway", "--listen-port", "8080", "--admin-port", "9901"};
        assertThat(Run.of(with(gateway, "--tls", "/etc/kitsune/", "--xds", "kitsune.internal:18000"))
                        .out())
                .contains("sni: kitsune.internal", "exact: kitsune.internal", "path: /etc/kitsune/token.yaml")
                .contains("path: /etc/kitsune/ca.yaml", "watched_directory")
                .doesNotContain("client.yaml");
        assertThat(Run.of(with(gateway, "--tls", "/t", "--client-certificate", "--server-name", "10.0.0.7"))
                        .out())
                .contains("client.yaml", "san_type: IP_ADDRESS", "exact: 10.0.0.7")
                .doesNotContain("sni:", "credential_injector");
        refused("beginning with /", with(gateway, "--tls", "here"));
        refused("need --tls", with(gateway, "--client-certificate"));
        String[] grpc = {"bootstrap", "--role", "grpc", "--app", "shop", "--component", "cart", "--version", "c1"};
        assertThat(Run.of(with(grpc, "--tls", "/t")).out())
                .contains("\"tls\"", "/t/client.key", "/t/ca.crt")
                .doesNotContain("insecure");
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }
}
