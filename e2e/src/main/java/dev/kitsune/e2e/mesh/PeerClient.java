package dev.kitsune.e2e.mesh;

import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Calls a sidecar as a proxy with a certificate does, without an Envoy. */
public final class PeerClient {
    private static final char[] PASSWORD = "password".toCharArray();

    private final SSLContext context;

    /** A client with a certificate, which trusts one authority. */
    public PeerClient(KeyedCertificate own, X509Certificate trusted) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("own", own.key(), PASSWORD, own.chain().toArray(Certificate[]::new));
        KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        shown.init(keys, PASSWORD);
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        authorities.setCertificateEntry("ca", trusted);
        TrustManagerFactory trusting = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusting.init(authorities);
        context = SSLContext.getInstance("TLS");
        context.init(shown.getKeyManagers(), trusting.getTrustManagers(), null);
    }

    /** A client with this identity. */
    public static PeerClient of(CertificateAuthority authority, String identity)
            throws GeneralSecurityException, IOException {
        return new PeerClient(
                authority.peer("test", URI.create(identity), Duration.ofDays(1)),
                authority.own().certificate());
    }

    /** Returns the answer with its head. A connection that is refused is an exception. */
    public String get(int port, String... headers) throws IOException {
        try (SSLSocket socket = connect(port)) {
            String request =
                    "GET / HTTP/1.1\r\nhost: cart\r\nconnection: close\r\n" + String.join("", headers) + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Returns the certificate that the sidecar shows. */
    public X509Certificate shown(int port) throws IOException {
        try (SSLSocket socket = connect(port)) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private SSLSocket connect(int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }
}
