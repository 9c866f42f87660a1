package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.datastore.Authority;
import dev.kitsune.e2e.datastore.Authority.Issued;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls an external API that offers HTTP/2 and HTTP/1.1 over TLS. */
class HttpsAdapterIT {
    /** The negotiated protocol, and for HTTP/1.1 the first line of the request. */
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    @TempDir
    static Path temp;

    private static LoopbackPorts ports;
    private static SSLServerSocket api;
    private static SSLServerSocket modern;
    private static SSLServerSocket expired;
    /** A server that accepts connections and sends nothing. */
    private static ServerSocket silent;

    private static Mesh mesh;

    @BeforeAll
    static void start() throws Exception {
        Authority authority = new Authority("the API's authority");
        ports = new LoopbackPorts();
        api = serve(ports.next(), authority.issue("api.test"), "h2", "http/1.1");
        modern = serve(ports.next(), authority.issue("api.test"), "h2");
        expired = serve(ports.next(), authority.issueExpired("api.test"), "h2", "http/1.1");
        silent = new ServerSocket(ports.next(), 50, InetAddress.getLoopbackAddress());
        mesh = LiveShop.mesh(temp);
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "secretRef: {name: pay, key: main}}",
                        "secretRef: {name: pay, key: main}}, ca: {secretRef: {name: ca}}");
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "payments: {type: Adapter}}",
                        "payments: {type: Adapter}, both: {type: Adapter}, another: {type: Adapter}, modern: {type: Adapter}, expired: {type: Adapter}, silent: {type: Adapter, timeout: 1s}, hanging: {type: Adapter, timeout: 1s}}");
        mesh.folder()
                .write(
                        "https.yaml",
                        adapter("both", "api.test.", api)
                                + adapter("another", "other.test", api)
                                + adapter("modern", "api.test", modern)
                                + adapter("expired", "api.test", expired)
                                + adapter("hanging", "api.test", silent)
                                + LiveShop.adapter("silent", silent.getLocalPort()));
        mesh.folder().writeSecret("ca", "ca.crt", authority.certificate());
        mesh.start(EnvoyBinary.find(System.err::println));
    }

    @AfterAll
    static void stop() throws Exception {
        mesh.close();
        api.close();
        modern.close();
        expired.close();
        silent.close();
        ports.close();
    }

    @BeforeEach
    void clearRecords() {
        SEEN.clear();
    }

    @Test
    void aWebSocketUsesHttp1() throws Exception {
        WebSocket socket = PlainClient.create()
                .newWebSocketBuilder()
                .header("host", "both")
                .header("kitsune-env", "main")
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + mesh.sidecar("frontend").outboundPort() + "/ws"),
                        new WebSocket.Listener() {})
                .get(30, TimeUnit.SECONDS);
        assertThat(SEEN).containsExactly("http/1.1 api.test GET /ws HTTP/1.1");
        socket.abort();
    }

    @Test
    void otherCallsUseHttp2() throws Exception {
        // The stand-in API ends the connection then, because only the negotiated protocol matters.
        assertThat(call(Call.post("http://both/a", "{}")).status()).isEqualTo(503);
        assertThat(SEEN).containsExactly("h2 api.test");
    }

    @Test
    void aServerWithAnotherNameIsNamedWithTheCause() throws Exception {
        Answer answer = call(Call.get("http://another/a"));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text())
                .contains("adapter another at 127.0.0.1:" + api.getLocalPort())
                .contains("virtual environment main")
                .contains("CERTIFICATE_VERIFY_FAILED")
                .doesNotContain("key-of-main");
    }

    @Test
    void aServerWithOnlyHttp2RefusesAWebSocketAndIsNamed() throws Exception {
        try (Socket app = new Socket(
                InetAddress.getLoopbackAddress(), mesh.sidecar("frontend").outboundPort())) {
            app.setSoTimeout(30_000);
            String request = """
                    GET /ws HTTP/1.1
                    Host: modern
                    kitsune-env: main
                    Connection: Upgrade
                    Upgrade: websocket
                    Sec-WebSocket-Version: 13
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

                    """;
            app.getOutputStream().write(request.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("NO_APPLICATION_PROTOCOL") < 0) {
                int next = app.getInputStream().read();
                if (next < 0) {
                    break;
                }
                answer.append((char) next);
            }
            assertThat(answer.toString())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("adapter modern at 127.0.0.1:" + modern.getLocalPort())
                    .contains("NO_APPLICATION_PROTOCOL");
        }
        assertThat(call(Call.post("http://modern/a", "{}")).status()).isEqualTo(503);
        assertThat(SEEN).containsExactly("h2 api.test");
    }

    @Test
    void aServerWithAnExpiredCertificateIsNamedWithTheCause() throws Exception {
        Answer answer = call(Call.get("http://expired/a"));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text())
                .contains("adapter expired at 127.0.0.1:" + expired.getLocalPort())
                .contains("virtual environment main")
                .containsIgnoringCase("certificate_verify_failed")
                .containsIgnoringCase("expired");
    }

    @Test
    void aServerThatSendsNothingInTimeIsNamedWithTheCause() throws Exception {
        for (String name : List.of("silent", "hanging")) {
            Answer answer = call(Call.get("http://" + name + "/a"));
            assertThat(answer.status()).as(answer.text()).isEqualTo(504);
            assertThat(answer.text())
                    .contains("adapter " + name + " at 127.0.0.1:" + silent.getLocalPort())
                    .contains("timeout")
                    .contains("virtual environment main");
        }
    }

    private static Answer call(Call call) throws Exception {
        return mesh.appOf("frontend").send(call.in(new VirtualEnvironmentName("main")));
    }

    private static String adapter(String name, String serverName, ServerSocket server) {
        return """
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: %s, namespace: shop}
                spec:
                  http:
                    url: https://127.0.0.1:%d
                    headers: {Authorization: "Bearer {{.Secrets.key}}"}
                    tls: {ca: "{{.Secrets.ca}}", serverName: %s}
                """.formatted(name, server.getLocalPort(), serverName);
    }

    private static SSLServerSocket serve(int port, Issued own, String... protocols) throws Exception {
        SSLServerSocket server = (SSLServerSocket)
                context(own).getServerSocketFactory().createServerSocket(port, 50, InetAddress.getLoopbackAddress());
        SSLParameters parameters = server.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        server.setSSLParameters(parameters);
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try {
                    answer((SSLSocket) server.accept());
                } catch (IOException | GeneralSecurityException e) {
                    // The test closed the connection, or the other side refused it.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    /** A WebSocket stays open until the other side ends it. */
    private static void answer(SSLSocket socket) throws IOException, GeneralSecurityException {
        socket.startHandshake();
        String seen = socket.getApplicationProtocol() + " " + serverName(socket);
        if (!socket.getApplicationProtocol().equals("http/1.1")) {
            SEEN.add(seen);
            socket.close();
            return;
        }
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String key = "";
        String first = reader.readLine();
        for (String line = first; line != null && !line.isEmpty(); line = reader.readLine()) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-key: ")) {
                key = line.substring("sec-websocket-key: ".length());
            }
        }
        SEEN.add(seen + " " + first);
        byte[] digest = MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream()
                .write(("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                                + "sec-websocket-accept: " + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static String serverName(SSLSocket socket) {
        return socket.getSession() instanceof javax.net.ssl.ExtendedSSLSession session
                        && session.getRequestedServerNames().get(0) instanceof javax.net.ssl.SNIHostName name
                ? name.getAsciiName()
                : "-";
    }

    private static SSLContext context(Issued own) throws Exception {
        Certificate certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(own.certificate().getBytes(StandardCharsets.US_ASCII)));
        byte[] key = Base64.getMimeDecoder().decode(own.key().replaceAll("-----[A-Z ]+-----", ""));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, new char[0]);
        store.setKeyEntry(
                "api",
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
                new char[0],
                new Certificate[] {certificate});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
