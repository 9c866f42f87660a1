package dev.kitsune.e2e.behaviour;

import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.PlainClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Clients of the TLS port of a gateway on loopback. They trust one authority, and ask for a host that is in no DNS, so the
 * caller compares the names in the certificate.
 */
final class TlsClients {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

    private final SSLContext context;
    private final int port;

    TlsClients(String authority, int port) throws GeneralSecurityException {
        this.context = SSLContext.getInstance("TLS");
        this.port = port;
        context.init(null, new TrustManager[] {new OneAuthority(certificate(authority))}, null);
    }

    static X509Certificate certificate(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    HttpClient http(String host, HttpClient.Version version) {
        PlainClient.prepare();
        SSLParameters parameters = new SSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        // Otherwise the client does not offer HTTP/2.
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(context)
                .sslParameters(parameters)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    GatewayClient gateway(String host, HttpClient.Version version) {
        return new GatewayClient(http(host, version), "https://127.0.0.1:" + port, PATIENCE);
    }

    /** Opens a connection, and ends its handshake. */
    SSLSocket connect(String host, String... versions) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
            plain.setSoTimeout(30_000);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            if (versions.length > 0) {
                parameters.setProtocols(versions);
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /** Returns the certificate that a new connection sees. */
    X509Certificate shown(String host) throws IOException {
        try (SSLSocket socket = connect(host)) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /** Sends a request on a connection of its own, and returns the first line of the answer. */
    String askOnce(String host) throws IOException {
        try (SSLSocket socket = connect(host)) {
            return ask(socket, host, true);
        }
    }

    /** Sends a request on a connection, and returns the first line of the answer. */
    static String ask(SSLSocket socket, String host, boolean last) throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nkitsune-env: main\r\n"
                + (last ? "Connection: close\r\n" : "") + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        // The answer is read to its end, so that the next one begins where it should.
        while (!isWhole(answer.toString())) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("the connection ended after: " + answer);
            }
            answer.append((char) next);
        }
        return answer.substring(0, answer.indexOf("\r\n"));
    }

    private static boolean isWhole(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        Matcher length = LENGTH.matcher(answer.substring(0, end));
        return length.find()
                ? answer.length() == end + 4 + Integer.parseInt(length.group(1))
                : answer.endsWith("\r\n0\r\n\r\n");
    }

    private static final class OneAuthority extends X509ExtendedTrustManager {
        private final X509Certificate authority;

        OneAuthority(X509Certificate authority) {
            this.authority = authority;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            try {
                chain[0].verify(authority.getPublicKey());
                chain[0].checkValidity();
            } catch (GeneralSecurityException e) {
                throw new CertificateException(e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new UnsupportedOperationException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new UnsupportedOperationException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new UnsupportedOperationException("this is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {authority};
        }
    }
}
