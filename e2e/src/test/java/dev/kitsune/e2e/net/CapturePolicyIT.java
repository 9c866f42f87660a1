package dev.kitsune.e2e.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.xds.store.TranslatedResources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a Platform decides about captured calls, and what happens to connections while it changes. */
class CapturePolicyIT {
    private static final IpVersion IP = IpVersion.V4;
    private static final String CLOSE = "Connection: close\r\n\r\n";

    @TempDir
    static Path temp;

    private static CapturedShop shop;

    @BeforeAll
    static void start() throws Exception {
        NetworkNamespaces.assumePossible();
        shop = new CapturedShop(temp);
    }

    @AfterAll
    static void stop() {
        if (shop != null) {
            shop.close();
        }
    }

    private static Heard get(String host, int port, String name) throws Exception {
        return shop.frontend()
                .speak(IP, host, port, Step.toTheEnd("GET /x HTTP/1.1\r\nHost: " + name + "\r\n" + CLOSE));
    }

    private static Heard echo(int port) throws Exception {
        return shop.frontend().speak(IP, IP.pod(CapturedShop.DATASTORE), port, Step.bytes("PING\r\n", 11));
    }

    @Test
    void whatIsNotDeclaredMayBeRefused() throws Exception {
        shop.startFrontend(shop.serve(", passthrough: Refuse", new TranslatedResources()));
        assertThat(echo(6379).text()).isEmpty();
        assertThat(shop.frontend()
                        .speakTls(IP, IP.pod(CapturedShop.DATASTORE), PodAgent.TLS, Step.bytes("hello", 9))
                        .text())
                .isEmpty();
        assertThat(shop.frontend()
                        .speak(IP, IP.pod(CapturedShop.DATASTORE), 3306, Step.bytes("", 5))
                        .text())
                .isEmpty();
        assertThat(get("cart", 80, "cart").version()).isEqualTo("c1");
        assertThat(shop.frontend()
                        .speak(IP, IP.service(CapturedShop.ORDERS_SERVICE), 5432, Step.bytes("PING\r\n", 14))
                        .text())
                .isEqualTo("adapter:PING\r\n");
    }

    @Test
    void everyHostMayBeAllowed() throws Exception {
        shop.startFrontend(shop.serve(", egress: Any", new TranslatedResources()));
        String host = IP.pod(CapturedShop.DATASTORE);
        assertThat(get(host, 80, host))
                .satisfies(heard -> assertThat(heard.text()).endsWith("undeclared\n"));
        assertThat(get("cart", 80, "cart").version()).isEqualTo("c1");
    }

    /** Another address is another matcher, and the filter chains with their connections stay as they are. */
    @Test
    void connectionsOutliveAnotherAddress() throws Exception {
        Path manifests = shop.manifests("");
        shop.startFrontend(shop.serve(manifests, new TranslatedResources()));
        String upgrade = """
                GET /ws HTTP/1.1
                Host: cart
                Connection: Upgrade
                Upgrade: websocket
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

                """.replace("\n", "\r\n");
        String answer = "cart@c1 main abc";
        CompletableFuture<Heard> open = CompletableFuture.supplyAsync(() -> {
            try {
                return shop.frontend()
                        .speak(
                                IP,
                                "cart",
                                80,
                                Step.head(upgrade),
                                Step.bytes("\u0081\u0083\u0000\u0000\u0000\u0000abc", answer.length() + 2)
                                        .after(5_000));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> stat("http.outbound.downstream_cx_upgrades_active") == 1);
        shop.edit(manifests, "\"" + IP.service(CapturedShop.CART_SERVICE) + "\"", "\"10.96.0.77\", \"10.96.0.78\"");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> stat("listener_manager.listener_in_place_updated") == 1);
        assertThat(open).isNotDone();
        assertThat(stat("http.outbound.downstream_cx_upgrades_active")).isEqualTo(1);
        assertThat(stat("listener_manager.total_filter_chains_draining")).isZero();
        Heard heard = open.get(30, TimeUnit.SECONDS);
        assertThat(heard.text()).endsWith(answer);
        assertThat(get("10.96.0.78", 80, "cart").version()).isEqualTo("c1");
    }

    /** The one client of the pod is busy then. */
    private static long stat(String name) throws Exception {
        return shop.namespaces()
                .in(CapturedShop.FRONTEND, "curl", "-sS", "http://127.0.0.1:" + CapturedShop.ADMIN + "/stats")
                .lines()
                .filter(line -> line.startsWith(name + ": "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 2)))
                .sum();
    }
}
