package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.k8s.authority.AuthorityKeeper;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.PeerIdentity;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.cluster.MeshSettings;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.tls.CertificateAuthority;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who shows which token gets what, on a real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodIdentityIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Within this time, a change of a pod has ended its stream. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final String KEY = "what-the-bank-gave-us";
    private static final Proxy GATEWAY = new Proxy.GatewayProxy("127.0.0.1", 8080, Scopes.EAGER);

    @TempDir
    private static Path folder;

    private final Opened opened = new Opened();
    private ApiServer server;
    private ServedCluster cluster;
    private ClusterAuthority authority;
    private ControlPlane replica;

    @BeforeAll
    void startServer() throws Exception {
        server = ServedCluster.startServer(folder);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() throws Exception {
        cluster = ServedCluster.on(server);
        ServiceAccounts.create(server, cluster.shop(), ServiceAccounts.DEFAULT);
        authority = new ClusterAuthority(server);
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-1, namespace: SHOP}
                spec:
                  app: shop
                  components:
                    front: {version: f1, secrets: {bank: {required: true}}}
                    stock: {version: s1}
                """, """
                apiVersion: v1
                kind: Secret
                metadata: {name: bank, namespace: SHOP}
                stringData: {token: %s}
                """.formatted(KEY));
        cluster.virtualEnvironment(
                "main",
                "{environment: dev, release: {apps: {shop: {appDeployment: shop-1}}},"
                        + " data: {secrets: {bank: {secretRef: {name: bank, key: token}}}}}");
        replica = opened.add(cluster.replica("one"));
        await().atMost(PATIENCE).until(() -> authority.secret().get() != null);
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
        cluster.clear();
    }

    private Pod pod(String name, String version) {
        cluster.pod(name, version);
        return server.client().pods().inNamespace(cluster.shop()).withName(name).require();
    }

    private static String token(ApiServer server, Pod pod) {
        return PodVolume.token(server, pod, PodVolume.AUDIENCE);
    }

    private PodStream stream(@Nullable String token, Proxy described) throws Exception {
        return opened.add(new PodStream(authority, replica.xdsPort(), token, "says-anything", described));
    }

    private static Proxy sidecar(String component, String version, @Nullable String workload) {
        return new Proxy.SidecarProxy(
                new ComponentVersion("shop", component, version),
                workload,
                "127.0.0.1",
                15406,
                15401,
                80,
                Scopes.EAGER);
    }

    private static Proxy front() {
        return sidecar("front", "f1", null);
    }

    /** Opens streams until one is served, because the watch may be a little behind. */
    private PodStream served(String token, Proxy described) {
        PodStream[] found = new PodStream[1];
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            PodStream one = stream(token, described);
            await().atMost(PATIENCE).until(() -> !one.isOpen() || one.hasAnswer());
            found[0] = one;
            return one.isOpen();
        });
        return found[0];
    }

    private Status.Code refusal(@Nullable String token, Proxy described) throws Exception {
        return stream(token, described).end().getCode();
    }

    private static String unbound(ApiServer server, String namespace) {
        return server.client()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName(ServiceAccounts.DEFAULT)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(PodVolume.AUDIENCE)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }

    /** The same claims, as somebody signs them who has another key. */
    private static String forged(String token) {
        byte[] signature = new byte[256];
        return token.substring(0, token.lastIndexOf('.') + 1)
                + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }

    private static String otherPod(String token, String name) {
        String[] parts = token.split("\\.", -1);
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                .replace("\"front-1\"", "\"" + name + "\"");
        return parts[0] + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + "."
                + parts[2];
    }

    @Test
    void nothingButTheTokenOfAPodOfTheMeshCounts() throws Exception {
        Pod front = pod("front-1", "f1");
        String token = token(server, front);
        assertThat(served(token, front()).listeners()).allMatch(name -> name.contains("shop/front@f1"));

        Map<String, @Nullable String> wrong = new LinkedHashMap<>();
        wrong.put("no token", null);
        wrong.put("no JWT", "secret");
        wrong.put("another audience", PodVolume.token(server, front, "api"));
        wrong.put("another key", forged(token));
        wrong.put("other claims", otherPod(token, "front-1x"));
        wrong.put("no pod", unbound(server, cluster.shop()));
        for (Map.Entry<String, @Nullable String> one : wrong.entrySet()) {
            assertThat(refusal(one.getValue(), front()))
                    .as(one.getKey())
                    .isIn(Status.Code.UNAUTHENTICATED, Status.Code.UNAVAILABLE);
        }
        assertThat(refusal(forged(token), front())).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(served(token, front()).isOpen())
                .as("the right one still counts")
                .isTrue();
    }

    @Test
    void onlyTheGatewaysAccountMakesAGateway() throws Exception {
        assertThat(refusal(token(server, ready("front-1")), GATEWAY)).isEqualTo(Status.Code.PERMISSION_DENIED);

        // Everyone can make an account of this name, and these labels, in a namespace of their own.
        ServiceAccounts.create(server, cluster.shop(), ServiceAccounts.GATEWAY);
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: gateway
                  namespace: SHOP
                  labels: {app.kubernetes.io/name: kitsune, app.kubernetes.io/component: gateway}
                spec: {serviceAccountName: kitsune-gateway, containers: [{name: envoy, image: envoy}]}
                """);
        String token = token(
                server,
                server.client()
                        .pods()
                        .inNamespace(cluster.shop())
                        .withName("gateway")
                        .require());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(refusal(token, GATEWAY)).isEqualTo(Status.Code.PERMISSION_DENIED));
    }

    private Pod ready(String name) {
        Pod pod = pod(name, "f1");
        assertThat(served(token(server, pod), front()).isOpen()).isTrue();
        return pod;
    }

    @Test
    void thePodDecidesWhateverItsNodeSays() throws Exception {
        pod("front-1", "f1");
        cluster.apply(labelled("stock-1", "SHOP", "stock", "s1"));
        Pod stock = server.client()
                .pods()
                .inNamespace(cluster.shop())
                .withName("stock-1")
                .require();

        PodStream liar = served(token(server, stock), sidecar("front", "f1", cluster.shop() + ":front-1"));

        assertThat(liar.listeners()).isNotEmpty().allMatch(name -> name.contains("shop/stock@s1"));
        assertThat(secretOf(liar)).doesNotContain(KEY);
        assertThat(replica.streams()).extracting(StreamView::nodeId).containsExactly(cluster.shop() + "/stock-1");
    }

    private static String secretOf(PodStream stream) throws InterruptedException {
        String name = new SecretName.AppHeader(
                        new ComponentVersion("shop", "front", "f1"),
                        new VirtualEnvironmentName("main"),
                        "kitsune-secret-bank")
                .toString();
        DeltaDiscoveryResponse answer = stream.ask(ResourceType.SECRET, name);
        return new String(answer.toByteArray(), StandardCharsets.ISO_8859_1);
    }

    private static String labelled(String name, String namespace, String component, String version) {
        return """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: %s
                  labels:
                    kitsune.dev/inject: enabled
                    kitsune.dev/app: shop
                    kitsune.dev/component: %s
                    kitsune.dev/version: %s
                spec: {serviceAccountName: default, containers: [{name: app, image: app}]}
                """.formatted(name, namespace, component, version);
    }

    /** Its name is the same, too. */
    @Test
    void equalLabelsInAnotherNamespaceGiveNoSecret() throws Exception {
        PodStream own = served(token(server, pod("front-1", "f1")), front());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(secretOf(own)).contains(KEY));

        String other = server.newNamespace("other");
        ServiceAccounts.create(server, other, ServiceAccounts.DEFAULT);
        cluster.apply(labelled("front-1", other, "front", "f1"));
        Pod thief =
                server.client().pods().inNamespace(other).withName("front-1").require();

        PodStream stream = served(token(server, thief), front());
        assertThat(secretOf(stream)).doesNotContain(KEY);
        assertThat(stream.ask(ResourceType.SCOPED_ROUTE, "*").getResourcesList())
                .isEmpty();
        assertThat(secretOf(own)).contains(KEY);
    }

    @Test
    void aRelabelledPodLosesItsStreamAndGetsWhatItMayHaveNow() throws Exception {
        Pod pod = pod("front-1", "f1");
        String token = token(server, pod);
        PodStream before = served(token, front());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(secretOf(before)).contains(KEY));

        cluster.apply(labelled("front-1", "SHOP", "stock", "s1"));

        await().atMost(SOON).until(() -> !before.isOpen());
        assertThat(before.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        PodStream after = served(token, front());
        assertThat(after.listeners()).isNotEmpty().allMatch(name -> name.contains("shop/stock@s1"));
        assertThat(secretOf(after)).doesNotContain(KEY);
    }

    @Test
    void thePodDecidesWhichCertificateForOtherProxiesItGets() throws Exception {
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {mesh: {mtls: Strict}}
                """);
        Pod pod = pod("front-1", "f1");
        String token = token(server, pod);
        PodStream front = served(token, front());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(certificateOf(front, "front")).contains("BEGIN CERTIFICATE"));
        assertThat(certificateOf(front, "stock")).doesNotContain("BEGIN CERTIFICATE");

        cluster.apply(labelled("front-1", "SHOP", "stock", "s1"));
        await().atMost(SOON).until(() -> !front.isOpen());

        PodStream stock = served(token, front());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(certificateOf(stock, "stock")).contains("BEGIN CERTIFICATE"));
        assertThat(certificateOf(stock, "front")).doesNotContain("BEGIN CERTIFICATE");
    }

    private static String certificateOf(PodStream stream, String component) throws InterruptedException {
        SecretName name = new SecretName.PeerCertificate(new PeerIdentity(new ComponentName("shop", component)));
        DeltaDiscoveryResponse answer = stream.ask(ResourceType.SECRET, name.toString());
        return new String(answer.toByteArray(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void aDeletedPodLosesItsStreamAndItsSuccessorNeedsATokenOfItsOwn() throws Exception {
        Pod first = pod("front-1", "f1");
        String token = token(server, first);
        PodStream stream = served(token, front());

        server.client().resource(first).withGracePeriod(0).delete();

        await().atMost(SOON).until(() -> !stream.isOpen());
        assertThat(stream.end().getDescription()).contains("was deleted");
        assertThat(refusal(token, front())).isEqualTo(Status.Code.UNAVAILABLE);
        Pod second = pod("front-1", "f1");
        assertThat(served(token(server, second), front()).isOpen()).isTrue();
        assertThat(refusal(token, front())).isEqualTo(Status.Code.UNAVAILABLE);
    }

    /** Its readiness is none of these changes, and neither is the beginning of its end. */
    @Test
    void aPodThatEndsKeepsItsStream() throws Exception {
        PodStream stream = served(token(server, pod("front-1", "f1")), front());
        PodResource one = server.client().pods().inNamespace(cluster.shop()).withName("front-1");
        one.editStatus(now -> {
            now.setStatus(FakeKubelet.running("127.0.0.9"));
            return now;
        });
        one.edit(now -> {
            now.getMetadata().setFinalizers(List.of("example.com/hold"));
            return now;
        });
        one.withGracePeriod(0).delete();
        // What is served later has seen what happened earlier.
        served(token(server, pod("front-2", "f1")), front());
        assertThat(stream.isOpen()).isTrue();

        one.edit(now -> {
            now.getMetadata().setFinalizers(List.of());
            return now;
        });
        await().atMost(PATIENCE).until(() -> !stream.isOpen());
    }

    @Test
    void withoutTheApiServerWhoIsKnownStaysAndOthersWait() throws Exception {
        CuttableLine line = opened.add(cluster.lineToServer());
        ControlPlane far = opened.add(cluster.replica("far", cluster.through(line), 0));
        replica = far;
        String known = token(server, ready("front-1"));
        String unknown = token(server, pod("front-2", "f1"));
        PodStream connected = served(known, front());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(secretOf(connected)).contains(KEY));

        line.cut();
        assertThat(refusal(unknown, front())).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(connected.isOpen()).isTrue();
        assertThat(served(known, front()).isOpen()).as("it may come back").isTrue();

        line.mend();
        assertThat(served(unknown, front()).listeners()).isNotEmpty();
        assertThat(connected.isOpen()).isTrue();
    }

    /** The kubelet replaces the token before it is over. Connections end all the time, so each token is soon needed. */
    @Test
    void anEnvoyFollowsTheTokenOfItsPod() throws Exception {
        opened.close(replica);
        replica = opened.add(cluster.replica(
                "two",
                new MeshSettings(
                        "kitsune",
                        ServiceAccounts.GATEWAY,
                        Duration.ofSeconds(1),
                        CertificateAuthority.SERVER_LIFETIME,
                        AuthorityKeeper.SPREAD)));
        FakeKubelet kubelet = opened.add(new FakeKubelet(server, cluster.shop(), replica.xdsPort(), folder));
        cluster.pod("front-1", "f1");
        await().atMost(PATIENCE).until(this::isConnected);
        PodVolume volume = kubelet.volume("front-1");
        String first = volume.token();

        volume.replaceToken("nothing");
        await().atMost(PATIENCE).until(() -> !isConnected());
        await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> !isConnected());

        volume.renewToken();
        assertThat(volume.token()).isNotEqualTo(first);
        await().atMost(PATIENCE).until(this::isConnected);
    }

    private boolean isConnected() {
        return replica.streams().stream().map(StreamView::nodeId).toList().contains(cluster.shop() + "/front-1");
    }
}
