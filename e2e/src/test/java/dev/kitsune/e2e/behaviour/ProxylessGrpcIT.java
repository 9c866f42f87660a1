package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.behaviour.GrpcClientProcess.Language;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.mesh.BootstrapText;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Apps that dial {@code xds:///cart} with their own gRPC library reach the same virtual environments as through a
 * sidecar.
 */
class ProxylessGrpcIT {
    private static final ComponentVersion FRONTEND = new ComponentVersion("shop", "frontend", "f1");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path temp;

    private static final LoopbackPorts PORTS = new LoopbackPorts();
    private static Mesh mesh;
    private static ServeProcess serve;

    private final Opened opened = new Opened();

    @BeforeAll
    static void start() throws Exception {
        mesh = LiveShop.mesh(temp);
        mesh.folder()
                .edit("shop.yaml", "cart: {version: c1}", "cart: {version: c1, variables: {greeting: {type: String}}}");
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "payments: {type: Adapter}}",
                        "payments: {type: Adapter}, pay/ledger: {type: Component}}");
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "{shop: {appDeployment: shop-main}}",
                        "{shop: {appDeployment: shop-main}, pay: {appDeployment: pay-main}}");
        mesh.folder().write("pay.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: pay-main, namespace: shop}
                spec: {app: pay, components: {ledger: {version: l1}}}
                """);
        mesh.folder().write("platform.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {defaultVirtualEnvironment: main}
                """);
        LiveShop.addGreen(mesh.folder());
        mesh.folder().write("same.yaml", overlay("same", "data: {variables: {greeting: Same}}"));
        mesh.folder().write("nested.yaml", overlay("nested", "").replace("parent: main", "parent: green"));
        mesh.folder().write("idle.yaml", overlay("idle", "components: {cart: c9}"));
        serve = serve(PORTS.next(), PORTS.next());
        mesh.startBehind(serve.xdsPort(), EnvoyBinary.find(System.err::println), Scopes.ON_DEMAND, GrpcApp.STARTER);
    }

    @AfterAll
    static void stop() {
        mesh.close();
        serve.close();
        PORTS.close();
    }

    @AfterEach
    void endClients() throws Exception {
        opened.close();
    }

    @ParameterizedTest
    @EnumSource
    void reachesTheSameVirtualEnvironmentsAsASidecar(Language language) throws Exception {
        GrpcClientProcess direct = client(language, "xds:///cart");
        GrpcClientProcess bySidecar = opened.add(GrpcClientProcess.start(
                Language.JAVA,
                bootstrap(),
                log(),
                "127.0.0.1:" + mesh.sidecar("frontend").outboundPort(),
                "cart"));

        for (String virtualEnvironment : new String[] {"main", "green", "same", "nested"}) {
            String seen = direct.call("kitsune-env=" + virtualEnvironment);
            assertThat(seen)
                    .contains(" in " + virtualEnvironment)
                    .isEqualTo(bySidecar.call("kitsune-env=" + virtualEnvironment))
                    .startsWith("OK cart@");
        }
        assertThat(direct.call("kitsune-env=same")).isEqualTo("OK cart@c1 in same, greeting Same");
        assertThat(direct.call("kitsune-env=nested")).isEqualTo("OK cart@c2 in nested, greeting Green");
        assertThat(direct.call()).isEqualTo(bySidecar.call()).isEqualTo("OK cart@c1 in main, greeting Hello");
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownVirtualEnvironmentIsAnErrorAndNeverTheDefault(Language language) throws Exception {
        GrpcClientProcess client = client(language, "xds:///cart:8080");

        assertThat(client.call("kitsune-env=main")).startsWith("OK cart@c1");
        assertThat(client.call("kitsune-env=nowhere"))
                .startsWith("UNAVAILABLE")
                .contains("refused/unknown-environment");
        assertThat(client.call("kitsune-env=green", "kitsune-env=main"))
                .startsWith("UNAVAILABLE")
                .contains("refused/unknown-environment");
    }

    @ParameterizedTest
    @EnumSource
    void anUnsupportedContextIsRefused(Language language) throws Exception {
        GrpcClientProcess client = client(language, "xds:///cart.shop");

        assertThat(client.call("baggage=kitsune-env=green"))
                .startsWith("UNAVAILABLE")
                .contains("refused/environment-in-baggage-alone");
        assertThat(client.call("kitsune-env=main", "kitsune-dep=shop-next"))
                .startsWith("UNAVAILABLE")
                .contains("refused/app-deployment-needs-sidecar");
        assertThat(client.call("kitsune-env=green", "baggage=kitsune-env=green"))
                .startsWith("OK cart@c2");
    }

    @ParameterizedTest
    @EnumSource
    void aVersionWithoutAWorkloadIsUnavailableAndNamed(Language language) throws Exception {
        assertThat(client(language, "xds:///cart").call("kitsune-env=idle"))
                .startsWith("UNAVAILABLE")
                .contains("component/dev/shop/cart@c9");
    }

    @ParameterizedTest
    @EnumSource
    void anUndeclaredDependencyIsRefused(Language language) throws Exception {
        assertThat(client(language, "xds:///payments").call("kitsune-env=main"))
                .startsWith("UNAVAILABLE")
                .contains("refused/undeclared-dependency");
    }

    @ParameterizedTest
    @EnumSource
    void aComponentOfAnotherAppHasTheAppsNameInItsName(Language language) throws Exception {
        mesh.folder().write("ledgers.yaml", ledger("l1") + "---\n" + ledger("l2"));
        mesh.folder().write("paying.yaml", overlay("paying", "components: {pay/ledger: l2}"));
        GrpcClientProcess client = client(language, "xds:///ledger.pay");

        Awaitility.await().atMost(PATIENCE).until(() -> client.call("kitsune-env=main")
                .equals("OK ledger@l1 in main, greeting null"));
        Awaitility.await().atMost(PATIENCE).until(() -> client.call("kitsune-env=paying")
                .equals("OK ledger@l2 in paying, greeting null"));
        assertThat(client(language, "xds:///ledger").call("kitsune-env=main"))
                .as("the short name only names components of its own app")
                .startsWith("UNAVAILABLE")
                .contains("refused/undeclared-dependency");
    }

    @ParameterizedTest
    @EnumSource
    void aClientIsShownAmongTheProxiesWhileItIsConnected(Language language) throws Exception {
        GrpcClientProcess client = client(language, "xds:///cart");
        assertThat(client.call("kitsune-env=green")).startsWith("OK cart@c2");

        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(shownClients()).isNotEmpty().allSatisfy(shown -> {
                    assertThat(shown.path("component").asText()).isEqualTo("shop/frontend@f1");
                    assertThat(shown.at("/held/listener").asInt()).isEqualTo(1);
                    assertThat(shown.at("/held/route").asInt()).isEqualTo(1);
                    assertThat(shown.at("/held/cluster").asInt()).isPositive();
                    assertThat(shown.path("refused")).isEmpty();
                }));
        client.close();
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(shownClients())
                .isEmpty());
    }

    private static List<JsonNode> shownClients() throws Exception {
        String proxies = serve.get("/api/proxies");
        assertThat(proxies).startsWith("200 ");
        List<JsonNode> clients = new ArrayList<>();
        new ObjectMapper().readTree(proxies.substring(4)).path("items").forEach(proxy -> {
            if (proxy.path("role").asText().equals("grpc")) {
                clients.add(proxy);
            }
        });
        return clients;
    }

    /** Starts the app of a version of the ledger without a sidecar, and returns its Workload. */
    private String ledger(String version) throws IOException {
        int port = PORTS.next();
        opened.add(GrpcApp.STARTER.start(new ComponentVersion("pay", "ledger", version), port, port));
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: ledger-%s, namespace: shop}
                spec: {app: pay, component: ledger, version: %s, endpoints: [{address: 127.0.0.1, port: %d}]}
                """.formatted(version, version, port);
    }

    @ParameterizedTest
    @EnumSource
    void anAppWithoutASidecarIsReachedToo(Language language) throws Exception {
        int port = PORTS.next();
        opened.add(GrpcApp.STARTER.start(new ComponentVersion("shop", "cart", "c3"), port, port));
        mesh.folder().write("bare.yaml", overlay("bare", "components: {cart: c3}") + """
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: cart-bare, namespace: shop}
                spec: {app: shop, component: cart, version: c3, endpoints: [{address: 127.0.0.1, port: %d}]}
                """.formatted(port));
        GrpcClientProcess client = client(language, "xds:///cart");

        Awaitility.await().atMost(PATIENCE).until(() -> client.call("kitsune-env=bare")
                .equals("OK cart@c3 in bare, greeting null"));
    }

    @ParameterizedTest
    @EnumSource
    void aChangeIsFollowedAndNoCallIsLost(Language language) throws Exception {
        String name = "moving-" + language.name().toLowerCase(java.util.Locale.ROOT);
        mesh.folder().write(name + ".yaml", overlay(name, ""));
        GrpcClientProcess client = client(language, "xds:///cart");
        String before = "OK cart@c1 in " + name + ", greeting Hello";
        String after = "OK cart@c2 in " + name + ", greeting Hello";
        Awaitility.await().atMost(PATIENCE).until(() -> client.call("kitsune-env=" + name)
                .equals(before));
        all(client, name, before);

        mesh.folder().write(name + ".yaml", overlay(name, "components: {cart: c2}"));
        long until = System.nanoTime() + PATIENCE.toNanos();
        String seen = before;
        while (seen.equals(before) && System.nanoTime() < until) {
            seen = client.call("kitsune-env=" + name);
        }

        assertThat(seen).isEqualTo(after);
        all(client, name, after);
        mesh.folder().delete(name + ".yaml");
        Awaitility.await().atMost(PATIENCE).until(() -> client.call("kitsune-env=" + name)
                .startsWith("UNAVAILABLE"));
    }

    @ParameterizedTest
    @EnumSource
    void withoutAControlPlaneItKeepsWorkingAndFollowsTheNextOne(Language language) throws Exception {
        String name = "later-" + language.name().toLowerCase(java.util.Locale.ROOT);
        GrpcClientProcess client = client(language, "xds:///cart");
        String green = "OK cart@c2 in green, greeting Green";
        all(client, "green", green);
        int xds = serve.xdsPort();
        serve.kill();

        all(client, "green", green);
        serve = serve(xds, PORTS.next());
        all(client, "green", green);
        mesh.folder().write(name + ".yaml", overlay(name, "components: {cart: c2}"));
        Awaitility.await().atMost(PATIENCE).until(() -> client.call("kitsune-env=" + name)
                .startsWith("OK cart@c2"));
        all(client, "green", green);
    }

    private static void all(GrpcClientProcess client, String virtualEnvironment, String answer) throws IOException {
        for (int i = 0; i < 1000; i++) {
            assertThat(client.call("kitsune-env=" + virtualEnvironment)).isEqualTo(answer);
        }
    }

    private static String overlay(String name, String spec) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: shop}
                spec: {parent: main, %s}
                """.formatted(name, spec);
    }

    private static ServeProcess serve(int xds, int http) throws IOException {
        return ServeProcess.start(
                mesh.folder().root(), xds, http, Files.createTempFile(temp, "serve", ".log"), Map.of());
    }

    private GrpcClientProcess client(Language language, String target) throws Exception {
        return opened.add(GrpcClientProcess.start(language, bootstrap(), log(), target));
    }

    private static Path bootstrap() throws IOException {
        return Files.writeString(temp.resolve("grpc.json"), BootstrapText.ofGrpcClient(serve.xdsPort(), FRONTEND));
    }

    private static Path log() throws IOException {
        return Files.createTempFile(temp, "client", ".log");
    }
}
