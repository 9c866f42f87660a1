package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.behaviour.Leaks;
import dev.kitsune.e2e.datastore.Authority;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.xds.cli.KitsuneCommand;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Secrets of a cluster and Kitsune's own credentials are in nothing that a replica writes at its most verbose level: no
 * log, status, Event, answer or dump.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterCanaryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KEY = "k\"ey %41+c\\d'&{j4Dx9Wb7NtQe2}=/";
    private static final String ROTATED = "\"%%+ r0tatedPz6Gc3Hn8Vk <>";
    private static final String LINES = "first\ny5XtRa8McK2wUd";
    private static final String BROKEN =
            "-----BEGIN PRIVATE KEY-----\nm3FvSg7JqLh9BzTe4Xo\n-----END PRIVATE KEY-----\n";

    @TempDir
    private static Path folder;

    private final Opened opened = new Opened();
    private final Map<String, String> places = new TreeMap<>();
    private final Leaks leaks = new Leaks()
            .secret("key", KEY)
            .secret("rotated key", ROTATED)
            .secret("secret of two lines", LINES)
            .secret("private key that is none", BROKEN)
            .token("token of replicas", ServedCluster.REPLICA_TOKEN);
    private ApiServer server;
    private ServedCluster cluster;
    private LoopbackPorts ports;

    @BeforeAll
    void startServer() throws Exception {
        server = ServedCluster.startServer(folder);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        ports = opened.add(new LoopbackPorts());
        cluster = ServedCluster.on(server);
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
        cluster.clear();
    }

    private void secret(String name, String key, String value) {
        cluster.apply("{apiVersion: v1, kind: Secret, metadata: {name: %s, namespace: SHOP}, data: {%s: %s}}"
                .formatted(name, key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void noCredentialIsInAnythingThatAReplicaWrites() throws Exception {
        secret("bank", "token", KEY);
        secret("lines", "token", "one line");
        Authority.Issued issued = new Authority("kitsune test").issue("shop");
        leaks.secret("key of a client", issued.key());
        pair(issued.certificate(), issued.key());
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-1, namespace: SHOP}
                spec:
                  app: shop
                  components:
                    front:
                      version: f1
                      routes: [{rule: "Host(`shop.localhost`)"}]
                      secrets: {bank: {required: true}}
                      dependencies: {pay: {type: Adapter}, vault: {type: Adapter}}
                """, """
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: pay, namespace: SHOP}
                spec: {http: {url: "http://pay.example.com", headers: {Authorization: 'Basic {{base64 "shop:" .Secrets.bank}}', x: "a {{.Secrets.lines}}"}}}
                """, """
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: vault, namespace: SHOP}
                spec: {tcp: {address: "vault.example.com:5432", tls: {clientCertificate: "{{.Secrets.pair}}", insecureSkipVerify: true}}}
                """);
        cluster.virtualEnvironment("main", """
                {environment: dev, release: {apps: {shop: {appDeployment: shop-1}}},
                    data: {secrets: {bank: {secretRef: {name: bank, key: token}},
                        lines: {secretRef: {name: lines, key: token}}, pair: {secretRef: {name: pair}}}}}""");
        KitsuneAccount.grant(server, cluster.shop());
        Config account = KitsuneAccount.config(server, cluster.shop());
        leaks.secret("token of Kitsune's account", account.getOauthToken());
        ServeProcess serve = opened.add(cluster.process("one", account, ports, folder, Map.of("KITSUNE_LOG", "TRACE")));
        FakeKubelet kubelet = opened.add(new FakeKubelet(server, cluster.shop(), serve.xdsPort(), folder));
        cluster.pod("front-1", "f1");
        ClusterGateway gateway = opened.add(ClusterGateway.start(server, serve.xdsPort(), ports, folder));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(cluster.condition("main", "Released", "reason"))
                .as(serve.get("/api/problems"))
                .isEqualTo("Released"));
        gateway.awaitVersion("main", "f1", PATIENCE);
        leaks.secret("key of the authority", new ClusterAuthority(server).text("ca.key"));
        assertDelivered(gateway, KEY);
        secret("bank", "token", ROTATED);
        assertDelivered(gateway, ROTATED);
        secret("lines", "token", LINES);
        pair(issued.certificate(), BROKEN);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        Serialization.asYaml(cluster.virtualEnvironment("main").get()))
                .contains("MissingSecret", "InvalidValue"));
        tokens();

        for (EnvoyProcess envoy : List.of(gateway.envoy(), kubelet.sidecar("front-1"))) {
            for (String page : List.of("/config_dump?include_eds", "/clusters", "/stats", "/certs")) {
                places.put(envoy.name() + page, envoy.admin().get(page));
            }
            places.put(envoy.name() + "'s log", envoy.log());
        }
        assertThat(places.get("front-1/config_dump?include_eds")).contains("SecretsConfigDump");
        for (String page : List.of(
                "/metrics",
                "/api/status",
                "/api/environments/main",
                "/api/components",
                "/api/proxies",
                "/api/problems?limit=500",
                "/api/resources/secret?limit=500",
                "/api/resources/cluster?limit=500",
                "/api/resources/route?limit=500")) {
            places.put(page, serve.get(page));
            assertThat(places.get(page)).as(page).startsWith("200 ");
        }
        objects();
        for (String command : List.of("check -o text", "check -o json", "usage", "history", "expiry")) {
            places.put("kitsune " + command, kitsune(command));
        }
        places.put("log", serve.log());
        assertThat(places.get("log")).contains("MissingSecret");
        assertNoLeaks();
    }

    private void pair(String certificate, String key) {
        cluster.apply(Serialization.asYaml(new io.fabric8.kubernetes.api.model.SecretBuilder()
                .withNewMetadata()
                .withName("pair")
                .withNamespace(cluster.shop())
                .endMetadata()
                .addToStringData("tls.crt", certificate)
                .addToStringData("tls.key", key)
                .build()));
    }

    /** The tokens that the pods of this test have shown. */
    private void tokens() throws IOException {
        int found = 0;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (file.getFileName().toString().equals("token")) {
                    String token = Files.readString(file).strip();
                    if (token.startsWith("ey")) {
                        leaks.secret("token of a pod, " + folder.relativize(file), token);
                        found++;
                    }
                }
            }
        }
        assertThat(found).as("pods with tokens").isGreaterThanOrEqualTo(2);
    }

    /** Adds the objects of Kitsune with their status, and all Events. */
    private void objects() {
        for (Kind kind : List.of(Kind.VirtualEnvironment, Kind.AppDeployment, Kind.Adapter, Kind.Environment)) {
            places.put(
                    kind.name(),
                    Serialization.asYaml(server.client()
                            .genericKubernetesResources(Kind.API_VERSION, kind.name())
                            .inAnyNamespace()
                            .list()));
        }
        places.put(
                "Events",
                Serialization.asYaml(
                        server.client().v1().events().inAnyNamespace().list()));
        places.put(
                "ConfigMaps",
                Serialization.asYaml(
                        server.client().configMaps().inAnyNamespace().list()));
        places.put(
                "Leases",
                Serialization.asYaml(server.client().leases().inAnyNamespace().list()));
        assertThat(places.get("VirtualEnvironment")).contains("MissingSecret");
        assertThat(places.get("Leases")).contains(ServedCluster.SYSTEM);
    }

    private String kitsune(String command) throws IOException {
        String before = System.getProperty("kubeconfig");
        System.setProperty("kubeconfig", server.kubeconfig().toString());
        try {
            StringWriter printed = new StringWriter();
            KitsuneCommand.commandLine("kitsune")
                    .setOut(new PrintWriter(printed))
                    .setErr(new PrintWriter(printed))
                    .execute((command + " -n " + cluster.shop()).split(" "));
            return printed.toString();
        } finally {
            if (before == null) {
                System.clearProperty("kubeconfig");
            } else {
                System.setProperty("kubeconfig", before);
            }
        }
    }

    private static void assertDelivered(ClusterGateway gateway, String key) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        gateway.client().send(ClusterGateway.call("main")).receivedOne("kitsune-secret-bank"))
                .isEqualTo(Credential.shorten(key)));
    }

    private void assertNoLeaks() {
        SoftAssertions softly = new SoftAssertions();
        places.forEach((place, text) ->
                softly.assertThat(leaks.in(text)).as("secrets in " + place).isEmpty());
        softly.assertAll();
        places.put("a place with a leak", "x: " + ROTATED);
        assertThat(places.values().stream().filter(text -> !leaks.in(text).isEmpty()))
                .as("the search can fail")
                .hasSize(1);
    }
}
