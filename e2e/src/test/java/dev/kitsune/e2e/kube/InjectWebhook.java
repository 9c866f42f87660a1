package dev.kitsune.e2e.kube;

import dev.kitsune.k8s.inject.Injector;
import dev.kitsune.xds.Build;
import dev.kitsune.xds.inject.InjectFile;
import dev.kitsune.xds.inject.InjectPort;
import dev.kitsune.xds.inject.InjectServer;
import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyedCertificate;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.grpc.util.AdvancedTlsX509KeyManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The webhook of Kitsune alone, with a certificate authority of its own, and the API server that calls it. */
public final class InjectWebhook implements AutoCloseable {
    private static final Duration DAY = Duration.ofDays(1);

    private final KubernetesClient client;
    private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    private final int port;
    private InjectServer server;
    private final CertificateAuthority authority = CertificateAuthority.create(InstantSource.system());

    /** Starts the webhook, with the configuration of the chart. */
    InjectWebhook(KubernetesClient client, Helm helm) throws Exception {
        this.client = client;
        use(authority);
        this.server = start(0);
        this.port = server.port();
        client.resource(configuration(helm, port, authority.own().certificatePem()))
                .serverSideApply();
    }

    private InjectServer start(int at) throws Exception {
        return InjectServer.start(
                new InjectPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), injector()), keys);
    }

    static Injector injector() throws InjectFile.InjectFileException {
        return InjectFile.EMPTY.injector(Build.version());
    }

    private void use(CertificateAuthority signs) {
        KeyedCertificate certificate = signs.server(List.of("127.0.0.1"), DAY);
        keys.updateIdentityCredentials(certificate.chain().toArray(X509Certificate[]::new), certificate.key());
    }

    /** Returns the configuration of the chart. Here the API server calls an address, because it resolves no Services. */
    public static MutatingWebhookConfiguration configuration(Helm helm, int port, @Nullable String trusted)
            throws Exception {
        String rendered = helm.template("--show-only", "templates/inject.yaml");
        String document = List.of(rendered.split("\n---\n")).stream()
                .filter(text -> text.contains("kind: MutatingWebhookConfiguration"))
                .findFirst()
                .orElseThrow();
        MutatingWebhookConfiguration configuration =
                Serialization.unmarshal(document, MutatingWebhookConfiguration.class);
        String bundle =
                trusted == null ? null : Base64.getEncoder().encodeToString(trusted.getBytes(StandardCharsets.UTF_8));
        configuration.getWebhooks().forEach(webhook -> {
            String path = webhook.getClientConfig().getService().getPath();
            webhook.getClientConfig().setService(null);
            webhook.getClientConfig().setUrl("https://127.0.0.1:" + port + path);
            webhook.getClientConfig().setCaBundle(bundle);
        });
        return configuration;
    }

    /** Shows a certificate that the API server does not trust. */
    void showUntrusted() {
        use(CertificateAuthority.create(InstantSource.system()));
    }

    /** Shows the certificate of its authority again. */
    void showTrusted() {
        use(authority);
    }

    /** Ends without a farewell. The configuration stays. */
    void down() {
        server.close();
    }

    /** Starts again at the same port. */
    void up() throws Exception {
        server = start(port);
    }

    @Override
    public void close() {
        client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName("kitsune-inject")
                .delete();
        server.close();
    }
}
