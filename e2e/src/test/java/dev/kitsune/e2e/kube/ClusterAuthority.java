package dev.kitsune.e2e.kube;

import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyedCertificate;
import dev.kitsune.xds.tls.Pem;
import dev.kitsune.xds.tls.PemException;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** The certificate authority of a cluster, as its Secret has it. */
record ClusterAuthority(ApiServer server) {
    /** In the certificate of every replica. */
    static final String HOST = "kitsune." + ServedCluster.SYSTEM + ".svc";

    Resource<Secret> secret() {
        return server.client().secrets().inNamespace(ServedCluster.SYSTEM).withName("kitsune-ca");
    }

    /** Returns a text of the Secret. */
    String text(String key) {
        String value = Objects.requireNonNull(secret().require().getData().get(key), key);
        return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }

    /** Returns by what a client recognises Kitsune. */
    ChannelCredentials client() throws IOException {
        return TlsChannelCredentials.newBuilder()
                .trustManager(stream(text("ca.crt")))
                .build();
    }

    /** Returns a connection to a replica on loopback. */
    ManagedChannel connect(int xdsPort) throws IOException {
        return NettyChannelBuilder.forAddress("127.0.0.1", xdsPort, client())
                .overrideAuthority(HOST)
                .maxInboundMessageSize(64 << 20)
                .build();
    }

    /** Returns a certificate like that of a replica. */
    ServerCredentials replica() throws IOException, PemException {
        KeyedCertificate issued = new CertificateAuthority(
                        KeyedCertificate.of(text("ca.crt"), text("ca.key")), InstantSource.system())
                .server(List.of(HOST), CertificateAuthority.SERVER_LIFETIME);
        return TlsServerCredentials.newBuilder()
                .keyManager(stream(Pem.of(issued.chain())), stream(issued.keyPem()))
                .build();
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
