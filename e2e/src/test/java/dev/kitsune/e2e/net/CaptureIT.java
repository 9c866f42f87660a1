package dev.kitsune.e2e.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kitsune.xds.store.TranslatedResources;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an app gets that opens connections as if there were no sidecar, by IPv4 and by IPv6. The pods are network
 * namespaces, with the rules of the init container and a real Envoy.
 */
class CaptureIT {
    private static final String FIX = "kitsune-env: fix\r\n";
    private static final String CLOSE = "Connection: close\r\n\r\n";

    @TempDir
    static Path temp;

    private static CapturedShop shop;

    @BeforeAll
    static void start() throws Exception {
        NetworkNamespaces.assumePossible();
        shop = new CapturedShop(temp);
        shop.startFrontend(shop.serve("", new TranslatedResources()));
    }

    @AfterAll
    static void stop() {
        if (shop != null) {
            shop.close();
        }
    }

    private static Heard speak(IpVersion ip, String host, int port, String request) throws Exception {
        return shop.frontend().speak(ip, host, port, Step.toTheEnd(request));
    }

    private static String get(String host, String headers) {
        return "GET /x HTTP/1.1\r\nHost: " + host + "\r\n" + headers + CLOSE;
    }

    /** A client that is slow for a moment is not inspected, and on a busy machine any client may be. */
    private static void inspected(ThrowingRunnable call) {
        Awaitility.await().untilAsserted(call);
    }

    @ParameterizedTest
    @EnumSource
    void aNameLeadsToTheVersionOfTheVirtualEnvironment(IpVersion ip) throws Exception {
        assertThat(speak(ip, "cart", 80, get("cart", FIX)).version()).isEqualTo("c2");
        assertThat(speak(ip, "cart", 80, get("cart", "")).version()).isEqualTo("c1");
        String whole = "cart.shop.svc.cluster.local";
        assertThat(speak(ip, whole, 80, get(whole, FIX)).version()).isEqualTo("c2");
    }

    @ParameterizedTest
    @EnumSource
    void everyPortOfAServiceIsTheSame(IpVersion ip) throws Exception {
        assertThat(speak(ip, "cart", 8081, get("cart:8081", FIX)).version()).isEqualTo("c2");
    }

    @ParameterizedTest
    @EnumSource
    void aCallByAddressIsRefusedInWords(IpVersion ip) throws Exception {
        for (String address : new String[] {ip.service(CapturedShop.CART_SERVICE), ip.pod(CapturedShop.CART_ONE)}) {
            int port = address.equals(ip.pod(CapturedShop.CART_ONE)) ? PodAgent.APP : 80;
            inspected(() -> {
                Heard heard = speak(ip, address, port, get(ip.host(address), FIX));
                assertThat(heard.status()).as(heard.toString()).isEqualTo(403);
                assertThat(heard.text())
                        .contains("shop/frontend@f1 declares no dependency of this name", "by its name");
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHostThatIsNotDeclaredIsRefused(IpVersion ip) throws Exception {
        inspected(() -> {
            Heard heard = speak(ip, ip.pod(CapturedShop.DATASTORE), 80, get("outside", ""));
            assertThat(heard.status()).as(heard.toString()).isEqualTo(403);
        });
    }

    @ParameterizedTest
    @EnumSource
    void theNameCountsWhateverTheAddress(IpVersion ip) throws Exception {
        inspected(
                () -> assertThat(speak(ip, ip.service(99), 80, get("cart", FIX)).version())
                        .isEqualTo("c2"));
    }

    /** Only the address is known before the first byte, and the byte comes later than anything waits for it. */
    @ParameterizedTest
    @CsvSource({"V4,0", "V4,100", "V4,500", "V4,1000", "V6,0", "V6,100", "V6,500", "V6,1000"})
    void aSlowFirstByteLeadsToTheSameVersionAndAForgedSecretIsGone(IpVersion ip, int millis) throws Exception {
        Heard heard = shop.frontend()
                .speak(
                        ip,
                        "cart",
                        80,
                        Step.toTheEnd(get("cart", FIX + "kitsune-secret-pin: forged\r\n"))
                                .after(millis));
        JsonNode seen = heard.seen();
        assertThat(seen.path("version").asText()).isEqualTo("c2");
        assertThat(seen.toString()).doesNotContain("kitsune-secret");
    }

    @ParameterizedTest
    @EnumSource
    void oldClientsAreAnswered(IpVersion ip) throws Exception {
        Heard heard = speak(ip, "cart", 80, "GET /x HTTP/1.0\r\nHost: cart\r\n" + FIX + "\r\n");
        assertThat(heard.version()).isEqualTo("c2");
    }

    @ParameterizedTest
    @EnumSource
    void anOfferOfHttp2IsIgnored(IpVersion ip) throws Exception {
        Heard heard = speak(
                ip,
                "cart",
                80,
                "GET /x HTTP/1.1\r\nHost: cart\r\n" + FIX
                        + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"
                        + "Connection: Upgrade, HTTP2-Settings, close\r\n\r\n");
        assertThat(heard.status()).as(heard.toString()).isEqualTo(200);
        assertThat(heard.version()).isEqualTo("c2");
    }

    @ParameterizedTest
    @EnumSource
    void http2WithoutAnOfferIsHttp2(IpVersion ip) throws Exception {
        String address = ip.host(ip.service(CapturedShop.CART_SERVICE));
        String answer = shop.namespaces()
                .in(
                        CapturedShop.FRONTEND,
                        "curl",
                        "-sS",
                        "-m",
                        "10",
                        "--http2-prior-knowledge",
                        "--resolve",
                        "cart:80:" + address,
                        "-H",
                        "kitsune-env: fix",
                        "-w",
                        " by %{http_version}",
                        "http://cart/x");
        assertThat(answer).contains("\"version\":\"c2\"").endsWith(" by 2");
    }

    @ParameterizedTest
    @EnumSource
    void grpcReachesItsComponent(IpVersion ip) throws Exception {
        assertThat(shop.frontend().callGrpc(ip, "ledger", 80, "ledger")).isEqualTo(new Heard("SERVING", ""));
    }

    @ParameterizedTest
    @EnumSource
    void aLargeBodyArrivesWhole(IpVersion ip) throws Exception {
        int size = 1_000_000;
        Heard heard = speak(
                ip,
                "cart",
                80,
                "POST /x HTTP/1.1\r\nHost: cart\r\n" + FIX + "Content-Length: " + size + "\r\n" + CLOSE
                        + "x".repeat(size));
        assertThat(heard.version()).isEqualTo("c2");
        assertThat(heard.seen().path("bodyBytes").asInt()).isEqualTo(size);
    }

    @ParameterizedTest
    @EnumSource
    void aWebSocketStaysOpen(IpVersion ip) throws Exception {
        // A text of three letters, masked with zeros.
        String frame = "\u0081\u0083\u0000\u0000\u0000\u0000abc";
        String answer = "cart@c2 fix abc";
        Heard heard = shop.frontend()
                .speak(
                        ip,
                        "cart",
                        80,
                        Step.head("GET /ws HTTP/1.1\r\nHost: cart\r\n" + FIX
                                + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
                        Step.bytes(frame, answer.length() + 2));
        assertThat(heard.status()).as(heard.toString()).isEqualTo(101);
        assertThat(heard.text()).endsWith(answer);
    }

    /** A client that uses the address of a Service as its proxy. */
    @ParameterizedTest
    @EnumSource
    void aTunnelLeadsToADatastoreAndToNothingElse(IpVersion ip) throws Exception {
        Heard tunnel = shop.frontend()
                .speak(
                        ip,
                        "cart",
                        80,
                        Step.head("CONNECT orders:5432 HTTP/1.1\r\nHost: orders:5432\r\n\r\n"),
                        Step.bytes("ping", "adapter:ping".length()));
        assertThat(tunnel.status()).as(tunnel.toString()).isEqualTo(200);
        assertThat(tunnel.text()).endsWith("adapter:ping");
        Heard refused = speak(ip, "cart", 80, "CONNECT cart:80 HTTP/1.1\r\nHost: cart:80\r\n" + CLOSE);
        assertThat(refused.status()).as(refused.toString()).isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource
    void theAppReachesItself(IpVersion ip) throws Exception {
        Heard own = speak(ip, ip.pod(CapturedShop.FRONTEND_POD), PodAgent.APP, get("anything", ""));
        assertThat(own.version()).isEqualTo("f1");
        Heard loopback = speak(IpVersion.V4, "127.0.0.1", PodAgent.APP, get("anything", ""));
        assertThat(loopback.version()).isEqualTo("f1");
    }

    /** The same port is the app's proxy, as it is without captured connections. */
    @ParameterizedTest
    @EnumSource
    void theAppMayCallItsSidecar(IpVersion ip) throws Exception {
        int port = CapturedShop.OUTBOUND;
        assertThat(speak(ip, ip.loopback(), port, get("cart", FIX)).version()).isEqualTo("c2");
        Heard proxied = speak(ip, ip.loopback(), port, "GET http://cart/x HTTP/1.1\r\nHost: cart\r\n" + FIX + CLOSE);
        assertThat(proxied.version()).isEqualTo("c2");
        Heard late = shop.frontend()
                .speak(ip, ip.loopback(), port, Step.toTheEnd(get("cart", FIX)).after(500));
        assertThat(late.version()).isEqualTo("c2");
    }

    /** A connection to itself would make another one to itself, and so on. */
    @ParameterizedTest
    @EnumSource
    void aCallToTheSidecarsOwnPortIsNeverPassedOn(IpVersion ip) throws Exception {
        long before = shop.count("cluster\\.passthrough\\.upstream_cx_total");
        Heard words = speak(ip, ip.loopback(), CapturedShop.OUTBOUND, "these bytes are no request\r\n\r\n");
        assertThat(words.status()).as(words.toString()).isEqualTo(400);
        Heard own = speak(ip, ip.pod(CapturedShop.FRONTEND_POD), CapturedShop.OUTBOUND, "hello");
        assertThat(own.end()).isEqualTo("refused");
        assertThat(shop.count("cluster\\.passthrough\\.upstream_cx_total")).isEqualTo(before);
    }

    /** The server waits for nothing, so neither may the sidecar: no inspection ends by its time. */
    @ParameterizedTest
    @EnumSource
    void serversThatSpeakFirstAreNotInspected(IpVersion ip) throws Exception {
        String datastore = ip.pod(CapturedShop.DATASTORE);
        long timedOut = shop.counted("downstream_pre_cx_timeout");
        assertThat(first(ip, datastore, 3306, PodAgent.GREETING)).isEqualTo(PodAgent.GREETING);
        assertThat(first(ip, datastore, 25, PodAgent.MAIL)).isEqualTo(PodAgent.MAIL);
        assertThat(first(ip, ip.service(CapturedShop.MYSQL_SERVICE), 3306, PodAgent.GREETING))
                .isEqualTo(PodAgent.GREETING);
        assertThat(first(ip, ip.service(CapturedShop.MAIL_SERVICE), 25, PodAgent.MAIL))
                .isEqualTo(PodAgent.MAIL);
        assertThat(shop.counted("downstream_pre_cx_timeout")).isEqualTo(timedOut);
    }

    private static String first(IpVersion ip, String host, int port, String expected) throws Exception {
        return shop.frontend()
                .speak(ip, host, port, Step.bytes("", expected.length()))
                .text();
    }

    @ParameterizedTest
    @EnumSource
    void theAddressOfADatastoreLeadsToItsAdapter(IpVersion ip) throws Exception {
        Heard heard = shop.frontend()
                .speak(
                        ip,
                        ip.service(CapturedShop.ORDERS_SERVICE),
                        5432,
                        Step.bytes("select", "adapter:select".length()));
        assertThat(heard).isEqualTo(new Heard("adapter:select", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "V4,5432,\\0\\0\\0\\b\u0004\u00d2\u0016/",
        "V4,6379,hello\\n",
        "V6,6379,hello\\n",
        "V4,6379,*1\\r\\n$4\\r\\nPING\\r\\n",
        "V4,6379,PING\\r\\n",
        "V4,6379,P",
        "V4,6379,GETX",
        "V6,5432,\\0\\0\\0\\b\u0004\u00d2\u0016/",
        "V6,6379,*1\\r\\n$4\\r\\nPING\\r\\n",
        "V6,6379,PING\\r\\n",
        "V6,6379,P",
        "V6,6379,GETX"
    })
    void everythingElsePasses(IpVersion ip, int port, String escaped) throws Exception {
        String bytes = escaped.translateEscapes();
        Heard heard = shop.frontend()
                .speak(ip, ip.pod(CapturedShop.DATASTORE), port, Step.bytes(bytes, "echo:".length() + bytes.length()));
        assertThat(heard).isEqualTo(new Heard("echo:" + bytes, ""));
    }

    /** It is the server's own TLS, with the protocol of plain requests. */
    @ParameterizedTest
    @EnumSource
    void tlsPassesUntouched(IpVersion ip) throws Exception {
        Heard heard = shop.frontend()
                .speakTls(ip, ip.pod(CapturedShop.DATASTORE), PodAgent.TLS, Step.bytes("hello", "tls:hello".length()));
        assertThat(heard).isEqualTo(new Heard("CN=tls.test http/1.1 tls:hello", ""));
    }

    @ParameterizedTest
    @EnumSource
    void whereNothingAnswersTheConnectionEnds(IpVersion ip) throws Exception {
        assertThat(speak(ip, ip.pod(CapturedShop.DATASTORE), 4444, "x").text()).isEmpty();
        Heard nobody = speak(ip, ip.pod(99), 4444, "x");
        assertThat(nobody.text()).isEmpty();
        assertThat(nobody.end()).isIn("", "reset");
    }

    @ParameterizedTest
    @EnumSource
    void anExcludedPortIsNotCaptured(IpVersion ip) throws Exception {
        long before = shop.counted("downstream_cx_total");
        Heard heard = shop.frontend()
                .speak(ip, ip.pod(CapturedShop.DATASTORE), 9000, Step.bytes(get("cart", ""), "echo:GET".length()));
        assertThat(heard.text()).isEqualTo("echo:GET");
        assertThat(shop.counted("downstream_cx_total")).isEqualTo(before);
    }

    @Test
    void theSidecarHasRefusedNothing() throws Exception {
        assertThat(shop.frontendLog()).doesNotContain("rejected", "work-in-progress", "deprecated");
    }
}
