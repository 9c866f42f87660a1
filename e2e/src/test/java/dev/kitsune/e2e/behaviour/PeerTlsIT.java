package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.mesh.PeerClient;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.Platform.PeerTls;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.MeshStage;
import dev.kitsune.xds.peer.PeerAuthority;
import dev.kitsune.xds.store.StoredResource;
import dev.kitsune.xds.tls.CertificateAuthority;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways and sidecars call each other by mutual TLS, and others cannot call or cannot pretend. */
class PeerTlsIT {
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");
    private static final VirtualEnvironmentName GREEN = new VirtualEnvironmentName("green");
    private static final Visit OF_GREEN = Visit.of("Green", "c2", "key-of-green");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final int MANY = 500;

    @TempDir
    Path temp;

    private Mesh mesh;

    @BeforeEach
    void prepare() throws Exception {
        mesh = LiveShop.mesh(temp);
        LiveShop.addGreen(mesh.folder());
        mesh.folder().write("blue.yaml", LiveShop.virtualEnvironment("blue", "Blue", "c1"));
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    private void start(String mtls) throws Exception {
        set(mtls);
        mesh.start(EnvoyBinary.find(System.err::println));
        LiveShop.awaitVisit(mesh.client(), MAIN, LiveShop.MAIN, SHORT);
        LiveShop.awaitVisit(mesh.client(), GREEN, OF_GREEN, SHORT);
    }

    private void set(String mtls) throws IOException {
        mesh.folder().write("platform.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {defaultVirtualEnvironment: main, mesh: {mtls: "%s"}}
                """.formatted(mtls));
    }

    private static PeerAuthority trusting(CertificateAuthority signing, CertificateAuthority... trusted) {
        List<X509Certificate> all = Arrays.stream(trusted)
                .map(authority -> authority.own().certificate())
                .toList();
        return new PeerAuthority(signing, all);
    }

    private int inbound(String workload) {
        return mesh.sidecar(workload).inboundPort();
    }

    private PeerClient peer(String identity) throws Exception {
        return PeerClient.of(mesh.authority(), "kitsune:peer/" + identity);
    }

    @Test
    void onlyDeclaredCallersWithACertificateAreLetInIfItIsStrict() throws Exception {
        start("Strict");

        assertThat(peer("shop/frontend").get(inbound("cart-one"), "kitsune-env: main\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(peer("shop/other").get(inbound("cart-one"), "kitsune-env: main\r\n"))
                .startsWith("HTTP/1.1 403")
                .contains("kitsune:peer/shop/other may not call shop/cart: declare it as a dependency");
        assertThat(peer("gateway").get(inbound("frontend"), "kitsune-env: main\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(peer("gateway").get(inbound("cart-one"), "kitsune-env: main\r\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(peer("shop/cart").get(inbound("frontend"), "kitsune-env: main\r\n"))
                .startsWith("HTTP/1.1 403");
        // Nobody has loaded it yet.
        assertThat(peer("shop/cart").get(inbound("frontend"), "kitsune-env: blue\r\n"))
                .startsWith("HTTP/1.1 403");
        assertThatThrownBy(() ->
                        mesh.callerOf("cart-one").send(Call.get("http://cart/").in(GREEN)))
                .isInstanceOf(IOException.class);
        CertificateAuthority other = CertificateAuthority.create(InstantSource.system());
        PeerClient foreign = new PeerClient(
                other.peer("test", URI.create("kitsune:peer/shop/frontend"), Duration.ofDays(1)),
                mesh.authority().own().certificate());
        assertThatThrownBy(() -> foreign.get(inbound("cart-one"))).isInstanceOf(IOException.class);
        PeerClient proxy = PeerClient.of(mesh.authority(), "kitsune:workload/shop/frontend/f1#shop/frontend@f1");
        assertThatThrownBy(() -> proxy.get(inbound("cart-one"))).isInstanceOf(IOException.class);
    }

    @Test
    void aNewCallerIsLetInWhenItIsDeclared() throws Exception {
        start("Strict");
        assertThat(peer("shop/helper").get(inbound("cart-one"))).startsWith("HTTP/1.1 403");

        mesh.folder()
                .edit(
                        "shop.yaml",
                        "    cart: {version: c1}",
                        "    helper: {version: h1, dependencies: {cart: {type: Component}}}\n    cart: {version: c1}");

        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        peer("shop/helper").get(inbound("cart-one")))
                .startsWith("HTTP/1.1 200"));
    }

    @Test
    void whoIsNotInTheMeshCannotNameAContextIfItIsPermissive() throws Exception {
        start("Permissive");

        Answer plain = mesh.callerOf("frontend")
                .send(Call.get("http://frontend/")
                        .in(GREEN)
                        .with("kitsune-dep", "shop-main")
                        .with("baggage", "a=b,kitsune-env=green,kitsune-dep=shop-main"));
        assertThat(plain.status()).isEqualTo(200);
        assertThat(plain.receivedOne("kitsune-env")).isEqualTo("main");
        assertThat(plain.receivedOne("kitsune-var-greeting")).isEqualTo("Hello");
        assertThat(plain.received("kitsune-dep")).isEmpty();
        assertThat(plain.receivedOne("baggage")).isEqualTo("a=b");
        String peer = peer("gateway").get(inbound("frontend"), "kitsune-env: green\r\n");
        assertThat(peer).startsWith("HTTP/1.1 200").contains("Green");
    }

    @Test
    void bothVersionsOfHttpPassBetweenSidecars() throws Exception {
        start("Strict");
        int outbound = mesh.sidecar("frontend").outboundPort();

        assertThat(PriorKnowledge.get(outbound, "cart", "/", "green").component())
                .isEqualTo("cart@c2");
        assertThat(mesh.appOf("frontend")
                        .send(Call.get("http://cart/").in(GREEN))
                        .component())
                .isEqualTo("cart@c2");

        EnvoyProcess cart = mesh.envoys().stream()
                .filter(envoy -> envoy.name().equals("cart-two"))
                .findFirst()
                .orElseThrow();
        assertThat(cart.admin().sum("http.inbound.downstream_cx_http2_total$")).isPositive();
        assertThat(cart.admin().sum("http.inbound.downstream_cx_http1_total$")).isPositive();
        assertThat(cart.admin().sum("http.inbound.downstream_cx_ssl_total$"))
                .isEqualTo(cart.admin().sum("http.inbound.downstream_cx_total$"));
    }

    @Test
    void keysAreOnlyInMemory() throws Exception {
        start("Strict");
        List<String> keys = new ArrayList<>(List.of(piece(
                Base64.getEncoder().encodeToString(mesh.authority().own().key().getEncoded()))));
        for (StoredResource stored : mesh.controlPlane().store().held(ResourceType.SECRET)) {
            Secret secret = stored.packed().getResource().unpack(Secret.class);
            if (secret.hasTlsCertificate()) {
                keys.add(piece(secret.getTlsCertificate()
                        .getPrivateKey()
                        .getInlineBytes()
                        .toStringUtf8()
                        .replaceAll("-----[A-Z ]+-----|\\s", "")));
            }
        }
        assertThat(keys).hasSize(4);

        for (EnvoyProcess envoy : mesh.envoys()) {
            String dump = envoy.admin().get("/config_dump?include_eds");
            assertThat(dump).contains("peer/certificate/").contains("peer/ca");
            List<String> texts = List.of(dump, envoy.admin().get("/certs"), envoy.log());
            keys.forEach(key -> assertThat(texts).noneMatch(text -> text.contains(key)));
            assertThat(texts).noneMatch(text -> text.contains("PRIVATE KEY"));
        }
        for (String page : List.of("/api/resources/secrets", "/api/proxies", "/api/problems", "/metrics")) {
            String text = get(page);
            keys.forEach(key -> assertThat(text).as(page).doesNotContain(key));
        }
        assertThat(get("/api/resources/secrets")).contains("peer/certificate/shop/cart");
    }

    /** A piece of a key that is in every form of it as text. */
    private static String piece(String encoded) {
        return encoded.substring(encoded.length() - 40, encoded.length() - 4);
    }

    private String get(String page) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + mesh.controlPlane().httpPort() + page);
        return PlainClient.create()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void noRequestIsLostWhileTheSettingChanges() throws Exception {
        start("Off");
        try (Load load = load()) {
            load.awaitMore(MANY);
            for (String mtls : List.of("Strict", "Off", "Permissive", "Strict", "Permissive", "Off")) {
                set(mtls);
                awaitStage(mtls, load);
                load.awaitMore(MANY);
            }
            assertNothingWasLost(load);
        }
        assertThat(mesh.callerOf("cart-one")
                        .send(Call.get("http://cart/").in(GREEN))
                        .status())
                .isEqualTo(200);
    }

    private void awaitStage(String mtls, Load load) throws Exception {
        MeshStage last = MeshStage.of(PeerTls.valueOf(mtls));
        Awaitility.await("stage " + last)
                .atMost(PATIENCE)
                .until(() -> mesh.controlPlane().store().snapshot() != null
                        && mesh.controlPlane().store().snapshot().mesh() == last);
        assertThat(load.failures()).as("on the way to %s", mtls).isEmpty();
    }

    @Test
    void noRequestIsLostWhileTheAuthorityIsReplaced() throws Exception {
        start("Strict");
        CertificateAuthority next = CertificateAuthority.create(InstantSource.system());
        PeerClient client = new PeerClient(
                mesh.authority().peer("test", URI.create("kitsune:peer/shop/frontend"), Duration.ofDays(1)),
                next.own().certificate());
        try (Load load = load()) {
            load.awaitMore(MANY);
            mesh.sign(trusting(next, next, mesh.authority()));
            Awaitility.await("the new authority signs")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> client.shown(inbound("cart-one"))
                            .getIssuerX500Principal()
                            .equals(next.own().certificate().getSubjectX500Principal()));
            load.awaitMore(MANY);
            mesh.sign(trusting(next, next));
            Awaitility.await("the earlier authority is not trusted")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThatThrownBy(() -> client.get(inbound("cart-one")))
                            .isInstanceOf(IOException.class));
            load.awaitMore(MANY);
            assertNothingWasLost(load);
        }
    }

    private Load load() {
        return new Load(
                mesh.client(),
                4,
                List.of(
                        LiveShop.check(MAIN, () -> Set.of(LiveShop.MAIN)),
                        LiveShop.check(GREEN, () -> Set.of(OF_GREEN))));
    }

    private void assertNothingWasLost(Load load) throws Exception {
        assertThat(load.failures()).isEmpty();
        assertThat(load.failed()).isZero();
        for (EnvoyProcess envoy : mesh.envoys()) {
            assertThat(envoy.admin().sum("update_rejected$")).as(envoy.name()).isZero();
        }
    }
}
