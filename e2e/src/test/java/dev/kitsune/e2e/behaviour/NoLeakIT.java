package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.datastore.Authority;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After traffic and changes, secrets are only in the requests that they belong to. */
class NoLeakIT {
    private static final String KEY = "a\"b %41+c\\d'&{g7Kx9vTq2LmZp4}=/";
    private static final String ROTATED = "\"%%+ r0tatedQw83nVbX1 <é>";
    private static final String PASSWORD = "100% \"pa+ss\" h5JkW2xYc8RtNd";
    private static final String TWO_LINES = "first\nu6TbM3sPz9EfGq2";

    private static final String NO_PRIVATE_KEY =
            "-----BEGIN PRIVATE KEY-----\nq8WsZ4eRd7TgB1nYh5Uj\n-----END PRIVATE KEY-----\n";

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temp;

    private final Leaks leaks = new Leaks()
            .secret("key", KEY)
            .secret("rotated key", ROTATED)
            .secret("password", PASSWORD)
            .secret("secret of two lines", TWO_LINES)
            .secret("private key that is none", NO_PRIVATE_KEY);

    @Test
    void noSecretIsInAnythingThatAnOperatorCanRead() throws Exception {
        Map<String, String> places = new TreeMap<>();
        try (Mesh mesh = mesh();
                ServeProcess serve = ServeProcess.start(
                        mesh.folder().root(),
                        mesh.ports().next(),
                        mesh.ports().next(),
                        temp.resolve("serve.log"),
                        Map.of("KITSUNE_LOG", "TRACE"))) {
            mesh.startBehind(serve.xdsPort(), EnvoyBinary.find(System.err::println), Scopes.ON_DEMAND, AppStarter.ECHO);
            // Problems from the start would keep the release waiting, so they are added while it is active.
            mesh.folder().edit("more.yaml", "/open", "/{{.Secrets.key}}");
            mesh.folder().writeSecret("pay", "lines", TWO_LINES);
            mesh.folder().writeSecret("pair", "tls.crt", "a certificate is no secret");
            mesh.folder().writeSecret("pair", "tls.key", NO_PRIVATE_KEY);
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertDelivered(mesh, KEY));
            mesh.folder().writeSecret("pay", "main", ROTATED);
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertDelivered(mesh, ROTATED));
            places.put(
                    "the answer without a secret",
                    visit(mesh, new VirtualEnvironmentName("keyless")).text());
            Awaitility.await("the private key that is none is refused")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> serve.log().contains("(not shown, it may quote the secret)"));
            Map<String, String> written = users(mesh.folder().root());

            for (EnvoyProcess envoy : mesh.envoys()) {
                Views.of(envoy, places);
            }
            // The frontend's sidecar holds the secrets, and shows Envoy's own redaction in their place.
            assertThat(places.get("frontend/config_dump?include_eds"))
                    .contains("SecretsConfigDump")
                    .contains("adapter/shop/payments/main/header/authorization")
                    .contains(Base64.getEncoder().encodeToString("[redacted]".getBytes(StandardCharsets.UTF_8)));
            Views.of(serve, places);
            files(mesh.folder().root().resolve(".kitsune"))
                    .forEach((name, text) -> places.put("the state " + name, text + "(end)"));
            Views.ofCheck(mesh.folder().root(), places);
            for (String place : List.of("kitsune check -o text", "/api/problems", "serve's log")) {
                assertThat(places.get(place)).contains("SecretNotInjectable", "MissingSecret");
            }
            assertThat(users(mesh.folder().root()))
                    .as("nothing is written into the user's folder")
                    .isEqualTo(written);
        }
        SoftAssertions softly = new SoftAssertions();
        places.forEach((place, text) -> {
            softly.assertThat(text).as(place).isNotBlank();
            softly.assertThat(leaks.in(text)).as("secrets in " + place).isEmpty();
        });
        softly.assertAll();
    }

    @Test
    void theSearchFindsSecrets() {
        String basic = Base64.getEncoder().encodeToString(("anyone:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        assertThat(leaks.in("authorization: Basic " + basic)).isNotEmpty();
        assertThat(leaks.in(JSON.valueToTree("Bearer " + KEY).toString())).contains("key in JSON");
        assertThat(leaks.in("?key=" + URLEncoder.encode(ROTATED, StandardCharsets.UTF_8)))
                .contains("rotated key in a form");
        assertThat(leaks.in("u6TbM3sPz9EfGq2")).isNotEmpty();
    }

    private Mesh mesh() throws IOException {
        Mesh mesh = LiveShop.mesh(temp);
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "secretRef: {name: pay, key: main}}",
                        "secretRef: {name: pay, key: main}}, password: {secretRef: {name: pay, key: password}},"
                                + " lines: {secretRef: {name: pay, key: lines}}, pair: {secretRef: {name: pair}},"
                                + " vault: {secretRef: {name: vault}}");
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "payments: {type: Adapter}}",
                        "payments: {type: Adapter}, ledger: {type: Adapter}, careless: {type: Adapter},"
                                + " broken: {type: Adapter}, vault: {type: Adapter}}\n"
                                + "      secrets: {key: {required: true}, lines: {}}");
        mesh.folder().write("more.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: ledger, namespace: shop}
                spec: {http: {url: "http://127.0.0.1:19702", headers: {Authorization: 'Basic {{base64 "shop:" .Secrets.password}}'}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: careless, namespace: shop}
                spec: {http: {url: "http://127.0.0.1:19703/open"}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: broken, namespace: shop}
                spec: {http: {url: "https://127.0.0.1:19704", tls: {clientCertificate: "{{.Secrets.pair}}", insecureSkipVerify: true}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: vault, namespace: shop}
                spec: {tcp: {address: "127.0.0.1:19705", tls: {clientCertificate: "{{.Secrets.vault}}", insecureSkipVerify: true}}}
                """);
        mesh.folder().write("keyless.yaml", LiveShop.virtualEnvironment("keyless", "Keyless", "c1"));
        mesh.folder().writeSecret("pay", "main", KEY);
        mesh.folder().writeSecret("pay", "password", PASSWORD);
        mesh.folder().writeSecret("pay", "lines", "one line");
        Authority.Issued good = new Authority("kitsune test").issue("shop");
        mesh.folder().writeSecret("pair", "tls.crt", good.certificate());
        mesh.folder().writeSecret("pair", "tls.key", good.key());
        Authority.Issued vault = new Authority("kitsune test").issue("shop");
        mesh.folder().writeSecret("vault", "tls.crt", vault.certificate());
        mesh.folder().writeSecret("vault", "tls.key", vault.key());
        leaks.secret("key of an HTTP client", good.key()).secret("key of a TCP client", vault.key());
        return mesh;
    }

    private static void assertDelivered(Mesh mesh, String key) throws Exception {
        Answer answer = visit(mesh, new VirtualEnvironmentName("main"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.receivedOne("kitsune-secret-key")).isEqualTo(Credential.shorten(key));
        assertThat(answer.calls().get(0).receivedOne("authorization")).isEqualTo(Credential.shorten("Bearer " + key));
        String basic = Base64.getEncoder().encodeToString(("shop:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        assertThat(answer.calls().get(1).receivedOne("authorization")).isEqualTo(Credential.shorten("Basic " + basic));
        assertThat(answer.calls().get(2).status()).isEqualTo(503);
        assertThat(answer.calls().get(3).status()).isEqualTo(503);
    }

    private static Answer visit(Mesh mesh, VirtualEnvironmentName virtualEnvironment) throws Exception {
        return mesh.send(Call.post("http://shop.localhost/", "{}")
                .in(virtualEnvironment)
                .calling(Call.get("http://payments/charge"))
                .calling(Call.get("http://ledger/book"))
                .calling(Call.get("http://careless/"))
                .calling(Call.get("http://broken/")));
    }

    /** Returns the user's files, without the control plane's own state. */
    private static Map<String, String> users(Path folder) throws IOException {
        Map<String, String> files = files(folder);
        files.keySet().removeIf(name -> name.startsWith(".kitsune"));
        return files;
    }

    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }
}
