package dev.kitsune.xds.access;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.kitsune.xds.cli.KitsuneCommand;
import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyedCertificate;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The folder of {@code kitsune certs}, and proxies with credentials of it. */
public final class Proxies implements AutoCloseable {
    private final Path folder;
    private final List<ManagedChannel> opened = new ArrayList<>();

    public Proxies(Path folder) {
        this.folder = folder;
        run("certs", "--out", folder.toString());
    }

    public Path folder() {
        return folder;
    }

    /** Runs a command that must succeed, and returns what it printed. */
    public static String run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = KitsuneCommand.commandLine("kitsune")
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        if (code != 0) {
            throw new IllegalStateException("kitsune " + String.join(" ", arguments) + ": " + err);
        }
        return out.toString().strip();
    }

    public String token(String... arguments) {
        List<String> all = new ArrayList<>(List.of("token", "--proxy", "--tls", folder.toString()));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    public String gatewayToken() {
        return token("--role", "gateway");
    }

    public String sidecarToken(String component, String version, String... more) {
        List<String> all = new ArrayList<>(
                List.of("--role", "sidecar", "--app", "shop", "--component", component, "--version", version));
        all.addAll(List.of(more));
        return token(all.toArray(String[]::new));
    }

    /** Signs any claims with the key of the folder. */
    public String signed(JWTClaimsSet claims) throws Exception {
        ECKey key = ECKey.parse(Files.readString(folder.resolve(TlsFolder.TOKEN_KEY)));
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }

    public CertificateAuthority authority() throws Exception {
        return new CertificateAuthority(
                KeyedCertificate.of(
                        Files.readString(folder.resolve(TlsFolder.AUTHORITIES)),
                        Files.readString(folder.resolve(TlsFolder.AUTHORITY_KEY))),
                InstantSource.system());
    }

    /** Returns a connection that shows this, over TLS. */
    public Channel connect(int port, @Nullable String token, @Nullable KeyedCertificate certificate)
            throws IOException {
        TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder()
                .trustManager(folder.resolve(TlsFolder.AUTHORITIES).toFile());
        if (certificate != null) {
            tls.keyManager(stream(certificate.certificatePem()), stream(certificate.keyPem()));
        }
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port, tls.build())
                .maxInboundMessageSize(64 << 20)
                .build();
        opened.add(channel);
        if (token == null) {
            return channel;
        }
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), token);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    public Channel connect(int port, String token) throws IOException {
        return connect(port, token, null);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        opened.forEach(ManagedChannel::shutdownNow);
    }
}
