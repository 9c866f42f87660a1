package dev.kitsune.e2e.net;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.app.EchoApp;
import dev.kitsune.e2e.datastore.Authority;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * The apps of one pod, as a process in its network namespace. It runs servers, and clients as the lines of its input say:
 * one line of JSON for each, with one line as the answer. It ends with its input.
 */
final class PodAgent {
    /** Where the sidecar of a pod finds its control plane. */
    static final int CONTROL_PLANE = 18_000;

    static final int APP = 8080;
    static final int TLS = 8443;
    static final String GREETING = "J\u0000\u0000\u00008.0.36 greets";
    static final String MAIL = "220 mail ready\r\n";
    static final String WEB = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\nundeclared\n";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_MILLIS = 10_000;

    private PodAgent() {}

    /** Arguments: what it runs, the socket that leads to the control plane, and the addresses of the pod. */
    public static void main(String[] arguments) throws Exception {
        Path controlPlane = Path.of(arguments[1]);
        List<String> own = List.of(arguments).subList(2, arguments.length);
        accept(InetAddress.getLoopbackAddress(), CONTROL_PLANE, client -> SocketFile.join(client, controlPlane));
        switch (arguments[0]) {
            case "datastore" -> datastore(own);
            case "grpc" ->
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), APP))
                        .addService(new HealthStatusManager().getHealthService())
                        .build()
                        .start();
            default -> app(arguments[0], own);
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
        }
        System.exit(0);
    }

    /** The app listens at loopback, and at the addresses of the pod for callers without a mesh. */
    private static void app(String versionedComponent, List<String> own) throws IOException {
        String[] parts = versionedComponent.split("@", 2);
        EchoApp unused = new EchoApp(parts[0], parts[1], APP, 15_401);
        for (String address : own) {
            accept(InetAddress.getByName(address), APP, client -> {
                try (Socket app = new Socket(InetAddress.getLoopbackAddress(), APP)) {
                    SocketFile.daemon(() -> {
                        try (client) {
                            app.getInputStream().transferTo(client.getOutputStream());
                        }
                    });
                    client.getInputStream().transferTo(app.getOutputStream());
                }
            });
        }
    }

    private static void datastore(List<String> own) throws IOException, GeneralSecurityException {
        SSLContext tls = serverContext();
        for (String address : own) {
            InetAddress host = InetAddress.getByName(address);
            accept(host, 3306, client -> greet(client, GREETING));
            accept(host, 13_306, client -> greet(client, GREETING));
            accept(host, 25, client -> greet(client, MAIL));
            for (int port : List.of(5432, 6379, 9000)) {
                accept(host, port, client -> echo(client, "echo:"));
            }
            accept(host, 5433, client -> echo(client, "adapter:"));
            accept(host, 80, client -> {
                read(client.getInputStream(), "head", new ByteArrayOutputStream());
                client.getOutputStream().write(WEB.getBytes(StandardCharsets.US_ASCII));
            });
            SSLServerSocket server =
                    (SSLServerSocket) tls.getServerSocketFactory().createServerSocket(TLS, 50, host);
            SSLParameters parameters = server.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            server.setSSLParameters(parameters);
            accept(server, client -> echo(client, "tls:"));
        }
    }

    private static void greet(Socket client, String greeting) throws IOException {
        client.getOutputStream().write(greeting.getBytes(StandardCharsets.ISO_8859_1));
        echo(client, "echo:");
    }

    private static void echo(Socket client, String mark) throws IOException {
        byte[] buffer = new byte[4096];
        for (int read = client.getInputStream().read(buffer);
                read > 0;
                read = client.getInputStream().read(buffer)) {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            answer.writeBytes(mark.getBytes(StandardCharsets.US_ASCII));
            answer.write(buffer, 0, read);
            client.getOutputStream().write(answer.toByteArray());
        }
    }

    @FunctionalInterface
    private interface Handler {
        void handle(Socket client) throws IOException;
    }

    private static void accept(InetAddress host, int port, Handler handler) throws IOException {
        accept(new ServerSocket(port, 50, host), handler);
    }

    private static void accept(ServerSocket server, Handler handler) {
        SocketFile.daemon(() -> {
            while (!server.isClosed()) {
                Socket client = server.accept();
                SocketFile.daemon(() -> {
                    try (client) {
                        handler.handle(client);
                    }
                });
            }
        });
    }

    /** Does what a line says: a dialogue on one connection, a call by gRPC, or a dialogue by TLS. */
    private static Heard answer(JsonNode asked) throws IOException {
        InetSocketAddress to;
        try {
            to = new InetSocketAddress(address(asked), asked.path("port").asInt());
        } catch (IOException e) {
            return new Heard("", "unknown host");
        }
        if (asked.path("how").asText().equals("grpc")) {
            return grpc(to, asked.path("authority").asText());
        }
        // It is made before the connection, because the sidecar waits only a moment for the first byte.
        SSLSocketFactory tls = asked.path("how").asText().equals("tls") ? client() : null;
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        String end = "";
        try (Socket socket = new Socket()) {
            socket.connect(to, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            Socket spoken = tls == null ? socket : overTls(tls, socket, to, heard);
            for (JsonNode step : asked.path("steps")) {
                LockSupport.parkNanos(
                        TimeUnit.MILLISECONDS.toNanos(step.path("waitMillis").asLong()));
                spoken.getOutputStream().write(step.path("send").asText().getBytes(StandardCharsets.ISO_8859_1));
                if (!read(spoken.getInputStream(), step.path("until").asText(), heard)) {
                    end = "closed";
                    break;
                }
            }
        } catch (SocketTimeoutException e) {
            end = "silent";
        } catch (ConnectException e) {
            end = "refused";
        } catch (SocketException | SSLException e) {
            end = "reset";
        }
        return new Heard(heard.toString(StandardCharsets.ISO_8859_1), end);
    }

    /** Returns false if the connection ended before. */
    private static boolean read(InputStream in, String until, ByteArrayOutputStream heard) throws IOException {
        if (until.equals("end")) {
            byte[] buffer = new byte[4096];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                heard.write(buffer, 0, read);
            }
            return true;
        }
        int wanted = until.equals("head") ? Integer.MAX_VALUE : Integer.parseInt(until);
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        while (part.size() < wanted
                && !(until.equals("head")
                        && part.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n"))) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            part.write(next);
            heard.write(next);
        }
        return true;
    }

    private static InetAddress address(JsonNode asked) throws IOException {
        boolean ipv4 = asked.path("ip").asText().equals("V4");
        return Stream.of(InetAddress.getAllByName(asked.path("host").asText()))
                .filter(address -> address instanceof Inet4Address == ipv4)
                .findFirst()
                .orElseThrow(() -> new IOException("no such address"));
    }

    private static Heard grpc(InetSocketAddress to, String authority) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(to)
                .usePlaintext()
                .overrideAuthority(authority)
                .disableRetry()
                .build();
        try {
            return new Heard(
                    HealthGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus()
                            .name(),
                    "");
        } catch (StatusRuntimeException e) {
            return new Heard("", e.getStatus().toString());
        } finally {
            channel.shutdownNow();
        }
    }

    /** Tells the name in the certificate and the chosen protocol before anything else. */
    private static Socket overTls(
            SSLSocketFactory client, Socket socket, InetSocketAddress to, ByteArrayOutputStream heard)
            throws IOException {
        SSLSocket tls = (SSLSocket) client.createSocket(socket, "tls.test", to.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        X509Certificate theirs = (X509Certificate) tls.getSession().getPeerCertificates()[0];
        heard.writeBytes((theirs.getSubjectX500Principal().getName() + " " + tls.getApplicationProtocol() + " ")
                .getBytes(StandardCharsets.ISO_8859_1));
        return tls;
    }

    private static SSLSocketFactory client() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyServer()}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** The test compares the certificate itself. */
    private static final class AnyServer implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static SSLContext serverContext() throws GeneralSecurityException, IOException {
        Authority.Issued issued = new Authority("the datastore's authority").issue("tls.test");
        byte[] key = Base64.getMimeDecoder().decode(issued.key().replaceAll("-----[A-Z ]+-----", ""));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "own",
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
                new char[0],
                new Certificate[] {
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(
                                    issued.certificate().getBytes(StandardCharsets.US_ASCII)))
                });
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
