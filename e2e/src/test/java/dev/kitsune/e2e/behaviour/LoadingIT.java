package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.delta.StreamView;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Proxies load virtual environments at their first use, and lose them when nobody uses them. */
class LoadingIT {
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");
    private static final VirtualEnvironmentName GREEN = new VirtualEnvironmentName("green");
    private static final Set<Visit> GREEN_VISIT = Set.of(Visit.of("Green", "c2", "key-of-green"));
    private static final int UNUSED_MINUTES = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);

    @Test
    void aProxyHasOnlyWhatItsRequestsName() throws Exception {
        try (Mesh mesh = mesh()) {
            mesh.start(envoy);
            // The gateway has a scope for requests without a context.
            awaitScopes(mesh, 0, 0, 0, 1);

            assertVisit(mesh, GREEN, GREEN_VISIT);
            awaitScopes(mesh, 0, 1, 2, 2);

            mesh.folder().write("blue.yaml", LiveShop.virtualEnvironment("blue", "Blue", "c2"));
            mesh.folder().writeSecret("pay", "blue", "key-of-blue");
            Set<Visit> blue = Set.of(Visit.of("Blue", "c2", "key-of-blue"));
            LiveShop.awaitVisit(
                    mesh.client(),
                    new VirtualEnvironmentName("blue"),
                    blue.iterator().next(),
                    PATIENCE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNameThatCannotBeLoadedIsRefusedWithTheReason(Scopes scopes) throws Exception {
        try (Mesh mesh = mesh()) {
            mesh.folder().write("broken.yaml", """
                    apiVersion: kitsune.dev/v1alpha1
                    kind: VirtualEnvironment
                    metadata: {name: broken, namespace: shop}
                    spec: {parent: main, data: {variable: {greeting: Oops}}}
                    """);
            mesh.start(envoy, scopes, AppStarter.ECHO);

            Answer unknown = mesh.send(LiveShop.visit(new VirtualEnvironmentName("nobody")));
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.text()).isEqualTo("there is no virtual environment \"nobody\"");
            assertThat(unknown.headers().get("kitsune-env")).containsExactly("nobody");

            Answer broken = mesh.send(LiveShop.visit(new VirtualEnvironmentName("broken")));
            assertThat(broken.status()).isEqualTo(404);
            assertThat(broken.text()).startsWith("there is no virtual environment \"broken\": its manifest has errors");
        }
    }

    @Test
    void whatNobodyUsesIsTakenAwayAndLoadedAgain() throws Exception {
        try (Mesh mesh = mesh()) {
            mesh.start(envoy);
            for (int round = 0; round < 3; round++) {
                assertVisit(mesh, GREEN, GREEN_VISIT);
                awaitScopes(mesh, 0, 1, 2, 2);
                assertThat(clusters(mesh, "frontend")).contains("adapter/shop/payments/");
                minutes(mesh, UNUSED_MINUTES);
                awaitScopes(mesh, 0, 0, 0, 1);
                Awaitility.await("the clusters with its target or credentials are gone, too")
                        .atMost(PATIENCE)
                        .until(() -> {
                            minutes(mesh, 1);
                            return !clusters(mesh, "frontend").contains("adapter/shop/payments/");
                        });
            }
        }
    }

    @Test
    void whatIsUsedStaysAndNoRequestIsLost() throws Exception {
        try (Mesh mesh = mesh()) {
            mesh.start(envoy);
            try (Load load = load(mesh)) {
                load.awaitMore(200);
                for (int minute = 0; minute < 70; minute++) {
                    mesh.controlPlane().minute();
                    load.awaitMore(30);
                }
                assertThat(load.failures()).isEmpty();
            }
            awaitScopes(mesh, 1, 1, 3, 4);
        }
    }

    /** At each end of a minute, everything is taken away from every proxy while requests for it arrive. */
    @Test
    void noRequestIsLostWhileWhatItNeedsIsTakenAway() throws Exception {
        try (Mesh mesh = mesh()) {
            mesh.start(envoy);
            try (Load load = load(mesh)) {
                load.awaitMore(200);
                double before = loads(mesh);
                for (int round = 0; round < 30; round++) {
                    minutes(mesh, UNUSED_MINUTES + 5);
                    load.awaitMore(20);
                }
                assertThat(load.failures()).isEmpty();
                assertThat(loads(mesh) - before)
                        .as("loads of what was taken away")
                        .isGreaterThan(30);
            }
        }
    }

    @Test
    void unknownNamesCostLoadedVirtualEnvironmentsNothing() throws Exception {
        try (Mesh mesh = mesh()) {
            mesh.start(envoy);
            assertVisit(mesh, GREEN, GREEN_VISIT);
            List<CompletableFuture<Answer>> flood = new ArrayList<>();
            GatewayClient client = mesh.client();
            try (Load load = new Load(mesh.client(), 2, List.of(LiveShop.check(GREEN, () -> GREEN_VISIT)))) {
                for (int i = 0; i < 4000; i++) {
                    flood.add(client.start(Call.get("http://shop.localhost/").in(new VirtualEnvironmentName("x" + i))));
                    if (i % 500 == 499) {
                        load.awaitMore(10);
                    }
                }
                for (CompletableFuture<Answer> each : flood) {
                    assertThat(each.get().status()).isIn(404, 503);
                }
                assertThat(load.failures()).isEmpty();
            }
            awaitScopes(mesh, 0, 1, 2, 2);
        }
    }

    private Mesh mesh() throws Exception {
        Mesh mesh = LiveShop.mesh(temp);
        LiveShop.addGreen(mesh.folder());
        return mesh;
    }

    private static Load load(Mesh mesh) {
        return new Load(
                mesh.client(),
                8,
                List.of(LiveShop.check(GREEN, () -> GREEN_VISIT), LiveShop.check(MAIN, () -> Set.of(LiveShop.MAIN))));
    }

    private static void minutes(Mesh mesh, int count) {
        for (int i = 0; i < count; i++) {
            mesh.controlPlane().minute();
        }
    }

    /** Waits for the numbers of scopes that the gateway and the three sidecars have, in ascending order. */
    private static void awaitScopes(Mesh mesh, Integer... expected) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        mesh.controlPlane().streams())
                .extracting(LoadingIT::scopes)
                .containsExactlyInAnyOrder(expected));
    }

    private static String clusters(Mesh mesh, String workload) throws Exception {
        return mesh.envoys().stream()
                .filter(one -> one.name().contains(workload))
                .findFirst()
                .orElseThrow()
                .admin()
                .get("/clusters");
    }

    private static double loads(Mesh mesh) throws Exception {
        String metrics = PlainClient.create()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                        + mesh.controlPlane().httpPort() + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
        return metrics.lines()
                .filter(line -> line.startsWith("kitsune_loads_total{result=\"loaded\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static int scopes(StreamView stream) {
        StreamView.TypeView view = stream.types().get(ResourceType.SCOPED_ROUTE);
        return view == null ? 0 : view.held();
    }

    private static void assertVisit(Mesh mesh, VirtualEnvironmentName virtualEnvironment, Set<Visit> allowed)
            throws Exception {
        assertThat(LiveShop.fault(virtualEnvironment, mesh.send(LiveShop.visit(virtualEnvironment)), allowed))
                .isEmpty();
    }
}
