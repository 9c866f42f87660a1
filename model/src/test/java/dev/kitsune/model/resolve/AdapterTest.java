package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedAdapter.TcpAdapter;
import dev.kitsune.model.snapshot.ResolvedAdapter.UnavailableAdapter;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import dev.kitsune.model.virtualenvironment.CertificateCheckTest;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterTest {
    private static final String DATA =
            "parent: main, data: {variables: {port: 5432, host: DB.example}, secrets: {cert: {secretRef: {name: cert}},"
                    + " one: {secretRef: {name: cert, key: tls.crt}}, none: {secretRef: {name: none}}}}";

    private static Mesh mesh(String adapter) {
        return Shop.mesh()
                .secret("", "cert", "tls.crt", CertificateCheckTest.text("one.crt"))
                .secret("", "cert", "tls.key", CertificateCheckTest.text("one.key"))
                .file("x.yaml", Shop.object("Adapter", "shop", "x", adapter), Shop.virtualEnvironment("fix", DATA))
                .resolve();
    }

    private static ResolvedAdapter adapter(Mesh mesh, String virtualEnvironment) {
        return Objects.requireNonNull(
                mesh.virtualEnvironment(virtualEnvironment).adapters().get(new AdapterName("shop", "x")));
    }

    @Test
    void resolvesADatastoreWithItsCertificate() {
        Mesh mesh = mesh("tcp: {address: '{{.Vars.host}}:{{.Vars.port}}', listen: 15432,"
                + " tls: {clientCertificate: '{{.Secrets.cert}}', alpn: [postgresql]}}");

        assertThat(adapter(mesh, "fix")).isInstanceOfSatisfying(ResolvedAdapter.TcpAdapter.class, tcp -> assertThat(tcp)
                .isEqualTo(new ResolvedAdapter.TcpAdapter(
                        new ResolvedAdapter.ResolvedTarget(
                                "db.example",
                                5432,
                                new ResolvedAdapter.ResolvedTls(
                                        new SecretLocation(new SecretId("", "cert"), null),
                                        null,
                                        "db.example",
                                        List.of("postgresql"),
                                        false)),
                        15432,
                        new Origin(tcp.origin().object(), "spec.tcp"))));
        assertThat(adapter(mesh, "main")).isInstanceOf(UnavailableAdapter.class);
        assertThat(mesh.errors()).singleElement().satisfies(p -> assertThat(p)
                .contains("UnknownVariable", "(in main)"));
    }

    @Test
    void theTrailingDotOfAHostIsOnlyForResolvers() {
        assertThat(adapter(mesh("tcp: {address: 'db.example.:1', tls: {}}"), "main"))
                .isInstanceOfSatisfying(ResolvedAdapter.TcpAdapter.class, tcp -> {
                    assertThat(tcp.target().host()).isEqualTo("db.example");
                    assertThat(Objects.requireNonNull(tcp.target().tls()).serverName())
                            .isEqualTo("db.example");
                });
        assertThat(adapter(mesh("http: {url: 'https://a.', tls: {serverName: 'b.'}}"), "main"))
                .isInstanceOfSatisfying(ResolvedAdapter.HttpAdapter.class, http -> {
                    assertThat(http.authority()).isEqualTo("a");
                    assertThat(Objects.requireNonNull(http.target().tls()).serverName())
                            .isEqualTo("b");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "http://a.example           | a.example | 80   | ''",
                "https://A.example.:8443    | a.example | 8443 | ''",
                "https://A.example:8443/v1/ | a.example | 8443 | /v1",
                "http://[2001:db8::1]:81    | 2001:db8::1 | 81 | ''",
                "http://127.0.0.1:9000/     | 127.0.0.1 | 9000 | ''"
            })
    void splitsAUrl(String url, String host, int port, String path) {
        Mesh mesh = mesh("grpc: {url: '" + url + "'}");

        assertThat(mesh.errors()).isEmpty();
        assertThat(adapter(mesh, "fix")).isInstanceOfSatisfying(ResolvedAdapter.HttpAdapter.class, http -> {
            assertThat(http.grpc()).isTrue();
            assertThat(http.target().host()).isEqualTo(host);
            assertThat(http.target().port()).isEqualTo(port);
            assertThat(http.pathPrefix()).isEqualTo(path);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "http: {url: 'ftp://a'}                            | InvalidValue        | http:// or https://",
                "http: {url: 'https://a b'}                        | InvalidValue        | a url such as",
                "http: {url: 'https://a/?b=c'}                     | InvalidValue        | put it in `query`",
                "http: {url: 'https://u:p@a/'}                     | InvalidValue        | put credentials in `headers`",
                "http: {url: 'http://127.1/'}                      | InvalidValue        | a url with a host",
                "tcp: {address: '2130706433:80'}                   | InvalidValue        | a host name, or an IP address",
                "tcp: {address: 'db'}                              | InvalidValue        | host:port",
                "tcp: {address: 'db:70000'}                        | InvalidValue        | a port from 1 to 65535",
                "http: {url: 'http://a', tls: {insecureSkipVerify: true}} | InvalidValue | needs a url with https",
                "http: {url: 'http://169.254.169.254'}             | AdapterTargetNotAllowed | LinkLocal",
                "http: {url: 'http://[fe80::1]'}                   | AdapterTargetNotAllowed | LinkLocal",
                "http: {url: 'https://{{.Secrets.stripeKey}}'}     | SecretNotInjectable | put it in a header",
                "http: {url: 'http://a', query: {a: '{{.Secrets.stripeKey}}'}} | SecretNotInjectable | put it in a header",
                "tcp: {address: '{{.Secrets.stripeKey}}:1'}        | SecretNotInjectable | authenticate by certificate, or declare it",
                "tcp: {address: 'a:1', tls: {serverName: '{{.Secrets.stripeKey}}'}} | SecretNotInjectable | only `tls` can hold secrets",
                "http: {url: 'http://a', headers: {Connection: x}} | InvalidValue        | belongs to one connection",
                "http: {url: 'http://a', headers: {kitsune-a: x}}  | InvalidValue        | belongs to Kitsune",
                "http: {url: 'http://a', headers: {Host: x}}       | InvalidValue        | the host of `url`",
                "http: {url: 'http://a', headers: {X: '{{.Vars'}}  | TemplateError       | a name is expected",
                "http: {url: 'http://a', headers: {X: '{{.Secrets.cert}}'}} | SecretNotInjectable | give its secretRef a key",
                "tcp: {address: 'a:1', tls: {clientCertificate: x}} | InvalidValue       | one whole Secret",
                "tcp: {address: 'a:1', tls: {clientCertificate: '{{.Secrets.one}}'}}  | InvalidValue  | remove `key`",
                "tcp: {address: 'a:1', tls: {clientCertificate: '{{.Secrets.none}}'}} | MissingSecret | has no tls.crt",
                "tcp: {address: 'a:1', tls: {ca: '{{.Secrets.cert}}'}}                | MissingSecret | has no ca.crt",
                "tcp: {address: 'a:1', tls: {ca: '{{.Secrets.cret}}'}}                | MissingSecret | \"cert\"?"
            })
    void aProblemAffectsOnlyThisAdapterInThisVirtualEnvironment(String adapter, String code, String sentence) {
        Mesh mesh = mesh(adapter);

        assertThat(mesh.errors()).anySatisfy(p -> assertThat(p).contains("x.yaml:4:", "error " + code + " ", sentence));
        assertThat(adapter(mesh, "fix")).isInstanceOf(UnavailableAdapter.class);
        assertThat(mesh.virtualEnvironment("fix").adapters().get(new AdapterName("shop", "stripe")))
                .isInstanceOf(ResolvedAdapter.HttpAdapter.class);
    }

    @Test
    void aSecretInTheHostHeaderIsRefusedWithAnAlternative() {
        Mesh mesh = mesh("http: {url: 'http://a', headers: {Host: '{{.Secrets.stripeKey}}'}}");

        assertThat(String.join("\n", mesh.errors())).contains("SecretNotInjectable", "put it in a header");
    }

    @ParameterizedTest
    @CsvSource({
        "false,http://localhost:1,,true",
        "true,http://localhost:1,,false",
        "true,http://127.0.0.1:1,Loopback,true",
        "true,http://0.0.0.0:1,,false",
        "true,http://[::1]:1,,false",
        "true,http://[::ffff:127.0.0.1]:1,,false",
        "true,http://169.254.1.1,Loopback,false",
        "true,http://169.254.1.1,LinkLocal,true"
    })
    void guardsAddressesInsideTheHost(boolean kubernetes, String url, String listed, boolean allowed) {
        Mesh mesh = (kubernetes ? Mesh.ofKubernetes() : Mesh.ofFolder())
                .file("base.yaml", Shop.ENVIRONMENT, Shop.DEPLOYMENT, Shop.MAIN)
                .file("x.yaml", Shop.object("Adapter", "shop", "x", "http: {url: '" + url + "'}"));
        if (listed != null) {
            mesh.file("p.yaml", Shop.object("Platform", "", "kitsune", "adapterTargets: [" + listed + "]"));
        }
        mesh.resolve();

        assertThat(adapter(mesh, "main") instanceof ResolvedAdapter.HttpAdapter).isEqualTo(allowed);
        assertThat(String.join("\n", mesh.errors()).contains("AdapterTargetNotAllowed"))
                .isEqualTo(!allowed);
    }

    @Test
    void encodesAQueryOnce() {
        Mesh mesh = mesh("http: {url: 'http://a', query: {q: 'a b&{{urlquery \"c&d\"}}%41%'}}");

        assertThat(((ResolvedAdapter.HttpAdapter) adapter(mesh, "fix")).query())
                .containsEntry("q", "a%20b%26c%26d%41%25");
    }

    /** Only one file of the pair may have been written yet, and the Envoys that have the old pair keep it. */
    @Test
    void aCertificateThatEnvoysRefuseIsAProblemAndIsStillDelivered() {
        Mesh mesh = Shop.mesh()
                .secret("", "cert", "tls.crt", CertificateCheckTest.text("one.crt"))
                .secret("", "cert", "tls.key", CertificateCheckTest.text("two.key"))
                .file(
                        "x.yaml",
                        Shop.object(
                                "Adapter",
                                "shop",
                                "x",
                                "tcp: {address: 'a:1', tls: {clientCertificate: '{{.Secrets.cert}}'}}"),
                        Shop.virtualEnvironment(
                                "fix", "parent: main, data: {secrets: {cert: {secretRef: {name: cert}}}}"))
                .resolve();

        assertThat(adapter(mesh, "fix")).isInstanceOf(TcpAdapter.class);
        assertThat(mesh.problems())
                .filteredOn(problem -> problem.endsWith("(in fix)"))
                .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .contains("InvalidValue", "tls.key of cert is not the key of the certificate")
                .doesNotContain("BEGIN");
    }
}
