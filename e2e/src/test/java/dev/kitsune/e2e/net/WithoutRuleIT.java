package dev.kitsune.e2e.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.inject.CaptureRules;
import dev.kitsune.xds.store.TranslatedResources;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What would happen without each rule for captured calls, so that nobody removes one unnoticed. {@link CaptureIT} shows
 * the same calls with all of them.
 */
class WithoutRuleIT {
    private static final String LATE =
            "GET /x HTTP/1.1\r\nHost: cart\r\nkitsune-env: fix\r\nkitsune-secret-pin: forged\r\nConnection: close\r\n\r\n";

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

    @ParameterizedTest
    @EnumSource
    void eachRuleIsNeeded(MissingRule rule) throws Exception {
        shop.startFrontend(shop.serve("", rule.resources()));
        for (IpVersion ip : IpVersion.values()) {
            switch (rule) {
                case ADDRESSES -> {
                    Heard late = shop.frontend()
                            .speak(ip, "cart", 80, Step.toTheEnd(LATE).after(500));
                    assertThat(late.version()).isEqualTo("c1");
                    assertThat(late.seen().toString()).contains("kitsune-secret-pin");
                }
                case OWN_ADDRESS -> {
                    shop.frontend().speak(ip, ip.loopback(), CapturedShop.OUTBOUND, Step.toTheEnd("hello"));
                    assertThat(shop.count("cluster\\.passthrough\\.upstream_cx_total"))
                            .isGreaterThan(2);
                }
                case SERVER_FIRST_PORTS -> {
                    long before = shop.counted("downstream_pre_cx_timeout");
                    shop.frontend()
                            .speak(
                                    ip,
                                    ip.pod(CapturedShop.DATASTORE),
                                    3306,
                                    Step.bytes("", PodAgent.GREETING.length()));
                    assertThat(shop.counted("downstream_pre_cx_timeout")).isGreaterThan(before);
                }
                case PLAIN_TEXT ->
                    // A client that is slow for a moment is not inspected.
                    Awaitility.await().untilAsserted(() -> assertThat(shop.frontend()
                                    .speakTls(ip, ip.pod(CapturedShop.DATASTORE), PodAgent.TLS, Step.bytes("hello", 9))
                                    .text())
                            .doesNotContain("tls.test"));
                case GOING_ON ->
                    assertThat(shop.frontend()
                                    .speak(ip, ip.pod(CapturedShop.DATASTORE), 6379, Step.bytes("P", "echo:P".length()))
                                    .text())
                            .isEmpty();
                case OLD_CLIENTS ->
                    assertThat(shop.frontend()
                                    .speak(ip, "cart", 80, Step.toTheEnd("GET /x HTTP/1.0\r\nHost: cart\r\n\r\n"))
                                    .status())
                            .isEqualTo(426);
                case IPV6 ->
                    assertThat(shop.frontend()
                                    .speak(ip, "cart", 80, Step.toTheEnd(LATE))
                                    .end())
                            .isEqualTo(ip == IpVersion.V6 ? "refused" : "");
                default -> throw new AssertionError("nothing shows that a listener needs " + rule);
            }
        }
    }

    /** The rule of the kernel, not of the listener. */
    @Test
    void withoutTheRuleForTheLoopbackDeviceTheAppDoesNotReachItself() throws Exception {
        shop.startFrontend(shop.serve("", new TranslatedResources()));
        String rules = new CaptureRules(CapturedShop.OUTBOUND, CapturedShop.UID, List.of(), List.of()).script();
        String rule = "-A KITSUNE_OUT -o lo -j RETURN\n";
        assertThat(rules).contains(rule);
        String own = "GET / HTTP/1.1\r\nHost: anything\r\nConnection: close\r\n\r\n";
        for (IpVersion ip : IpVersion.values()) {
            String itself = ip.pod(CapturedShop.FRONTEND_POD);
            shop.capture(rules.replace(rule, ""));
            assertThat(shop.frontend()
                            .speak(ip, itself, PodAgent.APP, Step.toTheEnd(own))
                            .status())
                    .isEqualTo(403);
            shop.capture(rules);
            assertThat(shop.frontend()
                            .speak(ip, itself, PodAgent.APP, Step.toTheEnd(own))
                            .version())
                    .isEqualTo("f1");
        }
    }
}
