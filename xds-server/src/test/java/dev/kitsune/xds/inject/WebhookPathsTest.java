package dev.kitsune.xds.inject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyedCertificate;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReviewBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Knows every path of the webhook, and what a caller without credentials gets there. */
class WebhookPathsTest {
    private static final List<String> PATHS = List.of("POST /inject", "POST /inject/namespace");

    private static final String REVIEW = Serialization.asJson(new AdmissionReviewBuilder()
            .withNewRequest()
            .withUid("one")
            .withObject(new PodBuilder().withNewMetadata().endMetadata().build())
            .endRequest()
            .build());

    private InjectServer server;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(InstantSource.system());
        KeyedCertificate own = authority.server(List.of("127.0.0.1"), Duration.ofDays(1));
        KeyStore keys = empty();
        keys.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(Certificate[]::new));
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, new char[0]);
        server = InjectServer.start(
                new InjectPort(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), InjectFile.EMPTY.injector("1.2.3")),
                (X509ExtendedKeyManager) managers.getKeyManagers()[0]);
        KeyStore trusted = empty();
        trusted.setCertificateEntry("authority", authority.own().certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        client = HttpClient.newBuilder().sslContext(tls).build();
    }

    private static KeyStore empty() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everyPathIsKnown() {
        assertThat(server.paths().unsafe.internalRouter.allWsHandlers()).isEmpty();
        assertThat(server.paths().unsafe.internalRouter.allHttpHandlers())
                .extracting(parsed -> parsed.endpoint.method.name() + " " + parsed.endpoint.path)
                .containsExactlyInAnyOrderElementsOf(PATHS);
    }

    @Test
    void onlyAnAdmissionReviewIsAnswered() throws Exception {
        for (String path : List.of(InjectServer.PATH, InjectServer.NAMESPACE_PATH)) {
            HttpResponse<String> answer = send("POST", path, REVIEW);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).as(path).contains("\"uid\":\"one\"", "\"allowed\":");
            for (String other : List.of("", "{}", "[]", "no JSON", "{\"kind\": \"AdmissionReview\"}", "\u0000")) {
                HttpResponse<String> refused = send("POST", path, other);
                assertThat(refused.statusCode()).as("%s: %s", path, other).isEqualTo(400);
                assertThat(refused.body()).contains("expected an AdmissionReview");
            }
        }
    }

    @Test
    void nothingElseIsAnswered() throws Exception {
        for (String path : List.of(InjectServer.PATH, InjectServer.NAMESPACE_PATH)) {
            for (String method : List.of("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")) {
                assertThat(send(method, path, REVIEW).statusCode())
                        .as("%s %s", method, path)
                        .isIn(404, 405);
            }
        }
        for (String path : List.of("/", "/inject/other", "/metrics", "/healthz", "/api/status")) {
            for (String method : List.of("GET", "POST")) {
                assertThat(send(method, path, REVIEW).statusCode())
                        .as("%s %s", method, path)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void nothingIsAnsweredWithoutTls() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(("POST /inject HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + REVIEW.length()
                                    + "\r\nConnection: close\r\n\r\n" + REVIEW)
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1 200")
                    .doesNotContain("uid");
        }
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path))
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
