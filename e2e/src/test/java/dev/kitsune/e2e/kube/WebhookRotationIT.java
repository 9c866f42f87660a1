package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.k8s.lease.Replica;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.cluster.ClusterInput;
import dev.kitsune.xds.cluster.MeshSettings;
import dev.kitsune.xds.inject.InjectPort;
import dev.kitsune.xds.replica.ReplicaToken;
import dev.kitsune.xds.tls.Pem;
import dev.kitsune.xds.tls.PemException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificate of the webhook and its authority change while pods are created. */
class WebhookRotationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SPREAD = Duration.ofSeconds(3);

    /** A certificate is replaced after two thirds of it. */
    private static final Duration CERTIFICATE = Duration.ofSeconds(12);

    private static final int MANY = 30;

    @TempDir
    private Path folder;

    private final Opened opened = new Opened();
    private ApiServer server;
    private ClusterAuthority authority;
    private String shop;

    @BeforeEach
    void open() throws Exception {
        server = opened.add(ServedCluster.startServer(Files.createDirectory(folder.resolve("server"))));
        authority = new ClusterAuthority(server);
        shop = server.newNamespace("shop");
        int port = opened.add(new LoopbackPorts()).next();
        Helm helm = new Helm(SharedApiServer.helm(), null, Files.createDirectory(folder.resolve("helm")));
        server.client().resource(InjectWebhook.configuration(helm, port, null)).serverSideApply();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ClusterInput input = new ClusterInput(
                new Cluster("test", server.config()),
                ServedCluster.SYSTEM,
                new Replica("webhook", "127.0.0.1:" + port),
                ReplicaToken.of("test"),
                new MeshSettings("kitsune", ServiceAccounts.GATEWAY, Duration.ofHours(1), CERTIFICATE, SPREAD),
                new InjectPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), InjectWebhook.injector()),
                null);
        opened.add(ControlPlane.start(input, new ControlPlane.Listening(any, any, null)));
        eventually(() -> injected() == 2);
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).ignoreExceptions().until(condition);
    }

    /** Creates a pod, which is not stored, and returns how many containers the webhook has added. */
    private int injected() {
        Pod pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: cart
                  labels:
                    kitsune.dev/inject: enabled
                    kitsune.dev/app: shop
                    kitsune.dev/component: cart
                    kitsune.dev/version: c1
                spec: {serviceAccountName: default, containers: [{name: app, image: cart, ports: [{containerPort: 8080}]}]}
                """, Pod.class);
        return server.client()
                .pods()
                .inNamespace(shop)
                .resource(pod)
                .dryRun(true)
                .create()
                .getSpec()
                .getInitContainers()
                .size();
    }

    /** Returns the serial numbers of the authorities that the API server trusts. */
    private Set<String> trusted() throws PemException {
        String bundle = server.client()
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName("kitsune-inject")
                .require()
                .getWebhooks()
                .get(0)
                .getClientConfig()
                .getCaBundle();
        Set<String> serials = new HashSet<>();
        for (var certificate :
                Pem.certificates(new String(Base64.getDecoder().decode(bundle), StandardCharsets.UTF_8))) {
            serials.add(certificate.getSerialNumber().toString());
        }
        return serials;
    }

    @Test
    void noPodIsRefusedWhileTheAuthorityIsRotated() throws Exception {
        Set<String> before = trusted();
        assertThat(before).hasSize(1);
        List<Load.LoadAttempt> creations = List.of(() -> {
            int added = injected();
            return added == 2 ? Optional.empty() : Optional.of(added + " containers were added");
        });
        try (Load load = new Load(2, creations)) {
            load.awaitMore(MANY);
            authority.secret().edit(secret -> {
                secret.getMetadata().getAnnotations().put("kitsune.dev/rotate", "now");
                return secret;
            });
            eventually(() -> trusted().size() == 2);
            load.awaitMore(MANY);
            eventually(() -> trusted().size() == 1);
            load.awaitMore(MANY);

            assertThat(trusted()).doesNotContainAnyElementsOf(before);
            assertThat(load.failures()).isEmpty();
            assertThat(load.failed()).isZero();
        }
    }
}
