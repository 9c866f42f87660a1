package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.e2e.xds.XdsRelay;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proxies report the use of virtual environments. They report only those that may end by idleness, and only their
 * names.
 */
class UseIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String IDLE = "\n  expiresAfter: {idle: 72h}\n";

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);
    private final LoopbackPorts ports = new LoopbackPorts();
    private Mesh mesh;

    @Test
    void everyProxyReportsTheFirstRequestOfAnUnloadedVirtualEnvironment() throws Exception {
        try (ServeProcess serve = serve();
                XdsRelay relay = start(serve)) {
            visit(new VirtualEnvironmentName("green"));

            // The reports come from the gateway, twice from the frontend's sidecar, and from the cart's sidecar.
            awaitUses(relay, "green", 4);
            Awaitility.await("the control plane has them").atMost(PATIENCE).until(() -> reported(serve) >= 4);
        }
    }

    @Test
    void aWorkerReportsAVirtualEnvironmentOnceAMinuteForAnyNumberOfRequests() throws Exception {
        try (ServeProcess serve = serve();
                XdsRelay relay = start(serve)) {
            Call call = Call.get("http://shop.localhost/");
            Instant before = Instant.now();
            for (int i = 0; i < 100; i++) {
                assertThat(mesh.send(call.in(new VirtualEnvironmentName("green")))
                                .status())
                        .isEqualTo(200);
                assertThat(mesh.send(call.in(new VirtualEnvironmentName("main")))
                                .status())
                        .isEqualTo(200);
                assertThat(mesh.send(call.in(new VirtualEnvironmentName("nobody")))
                                .status())
                        .isEqualTo(404);
            }
            mesh.send(call.in(new VirtualEnvironmentName("blue")));

            // Reports arrive in the order of the requests, so no earlier one can arrive after this one.
            awaitUses(relay, "blue", 2);
            long minutes = 1
                    + ChronoUnit.MINUTES.between(
                            before.truncatedTo(ChronoUnit.MINUTES),
                            Instant.now().truncatedTo(ChronoUnit.MINUTES));
            assertThat(uses(relay)).containsOnly("green", "blue");
            assertThat(count(relay, "green")).isBetween(2L, 2 * minutes);
        }
    }

    @Test
    void callsAndRulesCountLikeRequestsAtTheGateway() throws Exception {
        try (ServeProcess serve = serve();
                XdsRelay relay = start(serve)) {
            GatewayClient frontend = mesh.appOf("frontend");
            assertThat(frontend.send(Call.get("http://cart/").in(new VirtualEnvironmentName("green")))
                            .status())
                    .isEqualTo(200);
            // The reports come from the frontend's sidecar and from the cart's.
            awaitUses(relay, "green", 2);

            Call baggage = Call.get("http://cart/").with("baggage", "kitsune-env=blue");
            assertThat(frontend.send(baggage).status()).isEqualTo(200);
            assertThat(frontend.send(baggage).status()).isEqualTo(200);
            awaitUses(relay, "blue", 2);

            // The rule of the matching release decides between the two.
            Answer byRule = mesh.send(Call.get("http://trial.localhost/"));
            assertThat(byRule.receivedOne("kitsune-env")).isEqualTo("trial");
            mesh.send(Call.get("http://shop.localhost/"));
            awaitUses(relay, "trial", 2);
            assertThat(uses(relay)).containsOnly("green", "blue", "trial");
        }
    }

    @Test
    void aMirroredCallIsAUseOfTheTargetVirtualEnvironment() throws Exception {
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "spec: {environment: dev, ",
                        "spec: {environment: dev, mirror: [{component: cart, to: green, percent: 100}], ");
        try (ServeProcess serve = serve();
                XdsRelay relay = start(serve)) {
            visit(new VirtualEnvironmentName("main"));
            awaitUses(relay, "green", 1);
            assertThat(uses(relay)).containsOnly("green");
        }
    }

    @Test
    void aRefusedRequestIsNoUse() throws Exception {
        Tokens.askedFor(mesh, "green");
        try (ServeProcess serve = serve();
                XdsRelay relay = start(serve)) {
            Call call = Call.get("http://shop.localhost/");
            String ofBlue = "Bearer " + Tokens.of(mesh, "blue");
            for (int i = 0; i < 3; i++) {
                assertThat(mesh.send(call.in(new VirtualEnvironmentName("green")))
                                .status())
                        .isEqualTo(401);
                assertThat(mesh.send(call.in(new VirtualEnvironmentName("green"))
                                        .with("authorization", ofBlue))
                                .status())
                        .isEqualTo(403);
            }
            assertThat(mesh.send(call.in(new VirtualEnvironmentName("blue")).with("authorization", ofBlue))
                            .status())
                    .isEqualTo(200);
            awaitUses(relay, "blue", 2);
            assertThat(uses(relay)).containsOnly("blue");
        }
    }

    @Test
    void aReportOnlyHoldsTheVirtualEnvironmentOfTheRequest() throws Exception {
        try (ServeProcess serve = serve();
                XdsRelay relay = start(serve)) {
            mesh.send(Call.post("http://shop.localhost/hidden-path?hidden=query", "hidden-body")
                    .in(new VirtualEnvironmentName("green"))
                    .with("authorization", "hidden-header")
                    .with("cookie", "hidden=cookie")
                    .with("user-agent", "hidden-agent")
                    .with("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
            awaitUses(relay, "green", 2);

            assertThat(relay.reports()).allSatisfy(report -> {
                assertThat(report.toString()).doesNotContain("hidden", "127.0.0.1", "shop", "gateway", "frontend");
                assertThat(report.getResourceLogsList())
                        .allSatisfy(logs -> assertThat(logs.getResource().getAttributesList())
                                .isEmpty());
            });
            assertThat(records(relay)).allSatisfy(line -> assertThat(line)
                    .isEqualTo(LogRecord.newBuilder()
                            .setBody(line.getBody())
                            .setTimeUnixNano(line.getTimeUnixNano())
                            .build()));
        }
    }

    @Test
    void anOpenStreamIsReportedUntilItEnds() throws Exception {
        try (ServeProcess serve = serve();
                XdsRelay relay = start(serve)) {
            // This request is not the first of its minute.
            visit(new VirtualEnvironmentName("green"));
            awaitUses(relay, "green", 4);
            WebSocket socket = PlainClient.create()
                    .newWebSocketBuilder()
                    .header("host", "shop.localhost")
                    .header("kitsune-env", "green")
                    .buildAsync(URI.create("ws://127.0.0.1:" + mesh.gatewayPort() + "/ws"), new WebSocket.Listener() {})
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            try {
                Awaitility.await("a report of what did not end, from both proxies")
                        .atMost(Duration.ofSeconds(90))
                        .until(() -> count(relay, "green") >= 6);
            } finally {
                socket.abort();
            }
        }
    }

    @Test
    void withoutAControlPlaneRequestsAreServedAndNothingIsHeld() throws Exception {
        int xds = ports.next();
        int http = ports.next();
        try (ServeProcess first = serve(xds, http)) {
            mesh.startBehind(xds, envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
            visit(new VirtualEnvironmentName("green"));
            first.kill();
        }
        for (int i = 0; i < 200; i++) {
            visit(new VirtualEnvironmentName("green"));
        }
        assertThat(mesh.gateway().isAlive()).isTrue();
        try (ServeProcess second = serve(xds, http)) {
            Awaitility.await("another environment, which has to be loaded, is reported by all four")
                    .atMost(PATIENCE)
                    .until(() -> {
                        mesh.send(LiveShop.visit(new VirtualEnvironmentName("blue")));
                        return reported(second) >= 4;
                    });
            // Envoy dropped the reports that it could not send.
            assertThat(mesh.gateway().admin().sum("cluster\\.kitsune-calls\\.upstream_rq_pending_active"))
                    .isZero();
        }
    }

    @Test
    void aConnectionAtALocalPortIsAUseOfItsVirtualEnvironment() throws Exception {
        mesh.folder()
                .edit("shop.yaml", "payments: {type: Adapter}}", "payments: {type: Adapter}, other: {type: Adapter}}");
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "component: frontend, version: f1",
                        "component: frontend, version: f1, environment: green");
        mesh.folder().write("adapters.yaml", """
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Adapter
                    metadata: {name: other, namespace: shop}
                    spec: {tcp: {address: "127.0.0.1:19802", listen: 19803}}
                    """);
        try (ServeProcess serve = serve();
                XdsRelay relay = start(serve)) {
            int local = Integer.parseInt(mesh.withRealPorts("19803"));
            Answer other = new GatewayClient(local, PATIENCE).send(Call.get("http://any/hidden"));
            assertThat(other.status()).isEqualTo(200);
            awaitUses(relay, "green", 1);
            assertThat(relay.reports().toString()).doesNotContain("hidden", "127.0.0.1", "other");
        }
    }

    @BeforeEach
    void prepare() throws Exception {
        mesh = LiveShop.mesh(temp);
        LiveShop.addGreen(mesh.folder());
        mesh.folder().edit("green.yaml", "spec:\n", "spec:" + IDLE);
        mesh.folder().write("others.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: blue, namespace: shop}
                spec:
                  parent: main
                  expiresAfter: {idle: 1h, pinned: true}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: trial, namespace: shop}
                spec:
                  parent: main
                  release: {apps: {trial: {appDeployment: trial-main}}}
                  expiresAfter: {idle: 1h}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: trial-main, namespace: shop}
                spec:
                  app: trial
                  components:
                    front:
                      version: t1
                      routes: [{rule: Host(`trial.localhost`)}]
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: trial-front, namespace: shop}
                spec: {app: trial, component: front, version: t1, endpoints: [{address: 127.0.0.1, port: 19104}]}
                """);
    }

    @AfterEach
    void stop() {
        mesh.close();
        ports.close();
    }

    private ServeProcess serve() throws Exception {
        return serve(ports.next(), ports.next());
    }

    private ServeProcess serve(int xds, int http) throws Exception {
        return ServeProcess.start(
                mesh.folder().root(), xds, http, temp.resolve("serve-" + System.nanoTime()), Map.of());
    }

    /** Starts the proxies, which send their reports through a relay that records them. */
    private XdsRelay start(ServeProcess serve) throws Exception {
        XdsRelay relay = new XdsRelay(serve.xdsPort());
        mesh.startBehind(relay.port(), envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
        return relay;
    }

    private void visit(VirtualEnvironmentName virtualEnvironment) throws Exception {
        Answer answer = mesh.send(LiveShop.visit(virtualEnvironment));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private static void awaitUses(XdsRelay relay, String virtualEnvironment, int atLeast) {
        Awaitility.await(atLeast + " reports of " + virtualEnvironment)
                .atMost(PATIENCE)
                .until(() -> count(relay, virtualEnvironment) >= atLeast);
    }

    private static List<LogRecord> records(XdsRelay relay) {
        return relay.reports().stream()
                .flatMap(report -> report.getResourceLogsList().stream())
                .flatMap(resource -> resource.getScopeLogsList().stream())
                .flatMap(scope -> scope.getLogRecordsList().stream())
                .toList();
    }

    private static List<String> uses(XdsRelay relay) {
        return records(relay).stream()
                .map(line -> line.getBody().getStringValue())
                .toList();
    }

    private static long count(XdsRelay relay, String virtualEnvironment) {
        return uses(relay).stream().filter(virtualEnvironment::equals).count();
    }

    private static double reported(ServeProcess serve) throws Exception {
        return serve.get("/metrics")
                .lines()
                .filter(line -> line.startsWith("kitsune_uses_reported_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }
}
