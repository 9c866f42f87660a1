package dev.kitsune.e2e.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyedCertificate;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.grpc.util.AdvancedTlsX509KeyManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/** A webhook of somebody else, which is asked after Kitsune's and adds a container to each pod. */
final class AddingWebhook implements AutoCloseable {
    private static final String NAME = "somebody-else";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;
    private final HttpsServer server;
    private final String container;

    /** {@code container}: as JSON */
    AddingWebhook(KubernetesClient client, String namespace, String container) throws Exception {
        this.client = client;
        this.container = container;
        CertificateAuthority authority = CertificateAuthority.create(InstantSource.system());
        this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(
                new HttpsConfigurator(tls(authority.server(List.of("127.0.0.1"), Duration.ofDays(1)))));
        server.createContext("/", this::answer);
        server.start();
        client.resource(Serialization.unmarshal(
                        """
                        apiVersion: admissionregistration.k8s.io/v1
                        kind: MutatingWebhookConfiguration
                        metadata: {name: %s}
                        webhooks:
                          - name: adds.somebody.else
                            clientConfig: {url: "https://127.0.0.1:%d/", caBundle: %s}
                            rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
                            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
                            admissionReviewVersions: [v1]
                            sideEffects: None
                        """.formatted(
                                NAME,
                                server.getAddress().getPort(),
                                Base64.getEncoder()
                                        .encodeToString(
                                                authority.own().certificatePem().getBytes(StandardCharsets.UTF_8)),
                                namespace),
                        MutatingWebhookConfiguration.class))
                .serverSideApply();
    }

    private static SSLContext tls(KeyedCertificate certificate) throws Exception {
        AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
        keys.updateIdentityCredentials(certificate.chain().toArray(X509Certificate[]::new), certificate.key());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {keys}, null, null);
        return context;
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode request = JSON.readTree(exchange.getRequestBody()).get("request");
        String patch = "[{\"op\": \"add\", \"path\": \"/spec/containers/-\", \"value\": " + container + "}]";
        byte[] answer = JSON.writeValueAsBytes(Map.of(
                "apiVersion",
                "admission.k8s.io/v1",
                "kind",
                "AdmissionReview",
                "response",
                Map.of(
                        "uid",
                        request.get("uid").asText(),
                        "allowed",
                        true,
                        "patchType",
                        "JSONPatch",
                        "patch",
                        Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)))));
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Override
    public void close() {
        client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(NAME)
                .delete();
        server.stop(0);
    }
}
