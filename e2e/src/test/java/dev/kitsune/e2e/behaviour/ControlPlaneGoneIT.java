package dev.kitsune.e2e.behaviour;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingInt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.e2e.xds.XdsRelay;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control plane is a separate process, which is killed and replaced by another one. */
class ControlPlaneGoneIT {
    private static final Set<Visit> GREEN = Set.of(Visit.of("Green", "c2", "key-of-green"));

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);

    @Test
    void loadedVirtualEnvironmentsAreServedAndOthersFailAtOnceWithTheReason() throws Exception {
        try (LoopbackPorts ports = new LoopbackPorts();
                Mesh mesh = mesh();
                ServeProcess serve = serve(mesh.folder().root(), ports.next(), ports.next(), Map.of())) {
            mesh.startBehind(serve.xdsPort(), envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
            assertVisit(mesh, new VirtualEnvironmentName("green"), GREEN);
            serve.kill();

            for (int i = 0; i < 200; i++) {
                assertVisit(mesh, new VirtualEnvironmentName("green"), GREEN);
            }
            Answer notLoaded = mesh.send(LiveShop.visit(new VirtualEnvironmentName("main")));
            assertThat(notLoaded.status()).isEqualTo(503);
            assertThat(notLoaded.text())
                    .isEqualTo("virtual environment \"main\" could not be loaded: the control plane is away");
            assertVisit(mesh, new VirtualEnvironmentName("green"), GREEN);
        }
    }

    @Test
    void aControlPlaneThatDoesNotAnswerCannotBeFloodedAndCostsLoadedVirtualEnvironmentsNothing() throws Exception {
        try (LoopbackPorts ports = new LoopbackPorts();
                Mesh mesh = mesh();
                ServeProcess serve = serve(mesh.folder().root(), ports.next(), ports.next(), Map.of())) {
            mesh.startBehind(serve.xdsPort(), envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
            assertVisit(mesh, new VirtualEnvironmentName("green"), GREEN);
            serve.stop();

            GatewayClient client = mesh.client();
            List<CompletableFuture<Answer>> flood = new ArrayList<>();
            for (int i = 0; i < 1_200; i++) {
                flood.add(client.start(LiveShop.visit(new VirtualEnvironmentName("x" + i))));
            }
            assertVisit(mesh, new VirtualEnvironmentName("green"), GREEN);
            Map<String, Integer> answers = new TreeMap<>();
            for (CompletableFuture<Answer> each : flood) {
                Answer answer = each.get();
                answers.merge(answer.status() + " " + answer.text().replaceAll("x\\d+", "x"), 1, Integer::sum);
            }
            assertThat(answers)
                    .as("some are refused at once, because so many wait")
                    .containsOnlyKeys(
                            "503 virtual environment \"x\" could not be loaded: the control plane is away",
                            "503 virtual environment \"x\" could not be loaded: too many virtual environments are being"
                                    + " loaded here at once; try again");

            serve.resume();
            assertVisit(mesh, new VirtualEnvironmentName("main"), Set.of(LiveShop.MAIN));
        }
    }

    @Test
    void anotherProcessSendsNothingAgainAndThenEveryChange() throws Exception {
        try (LoopbackPorts ports = new LoopbackPorts();
                Mesh mesh = mesh()) {
            int xds = ports.next();
            int http = ports.next();
            try (XdsRelay relay = new XdsRelay(xds);
                    ServeProcess first = serve(mesh.folder().root(), xds, http, Map.of("user.timezone", "UTC"))) {
                mesh.startBehind(relay.port(), envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
                assertVisit(mesh, new VirtualEnvironmentName("green"), GREEN);
                assertVisit(mesh, new VirtualEnvironmentName("main"), Set.of(LiveShop.MAIN));
                assertThat(resources(relay.responses())).hasSize(6);
                int before = relay.responses().size();
                int streams = relay.streams();
                first.kill();

                Path copy = copyBackwards(mesh.folder().root(), temp.resolve("copy"));
                try (ServeProcess second = serve(copy, xds, http, Map.of("user.timezone", "Asia/Tokyo"))) {
                    int envoys = mesh.envoys().size();
                    Awaitility.await("all are connected again")
                            .atMost(Duration.ofSeconds(30))
                            .until(() -> {
                                assertThat(second.log()).isNotNull();
                                return relay.streams() >= streams + envoys && subscribedAgain(relay, envoys);
                            });
                    assertVisit(mesh, new VirtualEnvironmentName("green"), GREEN);
                    assertVisit(mesh, new VirtualEnvironmentName("main"), Set.of(LiveShop.MAIN));
                    // The resources of a change arrive after everything that the streams would have sent before.
                    Files.writeString(copy.resolve("secrets/pay/green"), "rotated");
                    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> LiveShop.fault(
                                    new VirtualEnvironmentName("green"),
                                    mesh.send(LiveShop.visit(new VirtualEnvironmentName("green"))),
                                    Set.of(Visit.of("Green", "c2", "rotated")))
                            .isEmpty());

                    List<DeltaDiscoveryResponse> after =
                            relay.responses().subList(before, relay.responses().size());
                    Map<String, Integer> again = resources(after);
                    assertThat(again)
                            .as("only the changed secret is sent after the restart")
                            .isEqualTo(
                                    Map.of("type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret", 1));
                    assertThat(after).allSatisfy(r -> assertThat(r.getRemovedResourcesList())
                            .isEmpty());
                }
            }
        }
    }

    /** Whether each Envoy has subscribed to its last type and named its resources. */
    private static boolean subscribedAgain(XdsRelay relay, int envoys) {
        return relay.requests().stream()
                        .filter(r -> r.getTypeUrl().endsWith(".RouteConfiguration")
                                && r.getInitialResourceVersionsCount() > 0)
                        .count()
                >= envoys;
    }

    private static Map<String, Integer> resources(List<DeltaDiscoveryResponse> responses) {
        return responses.stream()
                .filter(r -> r.getResourcesCount() > 0)
                .collect(groupingBy(
                        DeltaDiscoveryResponse::getTypeUrl, summingInt(DeltaDiscoveryResponse::getResourcesCount)));
    }

    private Mesh mesh() throws IOException {
        Mesh mesh = LiveShop.mesh(temp);
        LiveShop.addGreen(mesh.folder());
        return mesh;
    }

    private ServeProcess serve(Path folder, int xds, int http, Map<String, String> properties) throws IOException {
        return ServeProcess.start(folder, xds, http, Files.createTempFile(temp, "serve", ".log"), properties);
    }

    /** Copies the files in another order, so that the file system lists them differently. */
    private static Path copyBackwards(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (!copy.toString().contains(".kitsune")) {
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
        return to;
    }

    private static void assertVisit(Mesh mesh, VirtualEnvironmentName virtualEnvironment, Set<Visit> allowed)
            throws Exception {
        assertThat(LiveShop.fault(virtualEnvironment, mesh.send(LiveShop.visit(virtualEnvironment)), allowed))
                .isEmpty();
    }
}
