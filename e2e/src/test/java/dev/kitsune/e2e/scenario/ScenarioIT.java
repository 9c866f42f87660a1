package dev.kitsune.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.mesh.PeerClient;
import dev.kitsune.e2e.mesh.Sidecar;
import dev.kitsune.e2e.scenario.CallsFile.Step;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.PeerIdentity;
import dev.kitsune.xds.folder.FolderSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every scenario on real Envoys, which load virtual environments at first use or all at once. They refuse nothing,
 * and its calls get the expected answers.
 */
class ScenarioIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);

    static List<Arguments> all() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (Scenario scenario : Scenario.all()) {
            for (Scopes scopes : Scopes.values()) {
                all.add(Arguments.of(scenario, scopes));
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("all")
    void isAcceptedByEnvoyAndItsCallsGetTheExpectedAnswers(Scenario scenario, Scopes scopes) throws Exception {
        Path input = scenario.copyInput(Files.createDirectory(temp.resolve("input")));
        SoftAssertions softly = new SoftAssertions();
        try (Mesh mesh = new Mesh(input, temp.resolve("mesh")).start(envoy, scopes, AppStarter.ECHO)) {
            for (Step step : scenario.calls()) {
                Answer answer = client(mesh, step).send(step.call().toCall(mesh::withRealPorts));
                new Expectation(softly, mesh::withRealPorts).check(step.say(), answer, step.expect());
            }
            then(scenario, mesh);
            requestEveryVirtualEnvironment(mesh, input);
            for (EnvoyProcess process : mesh.envoys()) {
                softly.assertThat(process.admin().sum("update_rejected$"))
                        .as("updates that %s refused: %s", process.name(), process.log())
                        .isZero();
            }
            softly.assertAll();
        }
    }

    /** Runs the second step, if there is one, and waits for the expected answers. */
    private static void then(Scenario scenario, Mesh mesh) throws Exception {
        if (scenario.then().isEmpty()) {
            return;
        }
        long before = mesh.controlPlane().state().sequence();
        for (Map.Entry<String, String> file : scenario.then().entrySet()) {
            mesh.folder().write(file.getKey(), file.getValue());
        }
        assertThat(mesh.controlPlane().await(state -> state.sequence() > before, PATIENCE))
                .isPresent();
        for (Step step : scenario.callsThen()) {
            Awaitility.await(step.say()).atMost(PATIENCE).untilAsserted(() -> {
                SoftAssertions softly = new SoftAssertions();
                new Expectation(softly, mesh::withRealPorts)
                        .check(
                                step.say(),
                                client(mesh, step).send(step.call().toCall(mesh::withRealPorts)),
                                step.expect());
                softly.assertAll();
            });
        }
    }

    private static GatewayClient client(Mesh mesh, Step step) {
        return step.call().from() == null
                ? mesh.client()
                : mesh.appOf(step.call().from());
    }

    /** Loads all resources on demand with requests at the gateway, and in both directions at every sidecar. */
    private static void requestEveryVirtualEnvironment(Mesh mesh, Path input) throws Exception {
        Catalog catalog = FolderSource.readOnce(input).catalog();
        List<VirtualEnvironmentName> virtualEnvironments = catalog.manifests().keySet().stream()
                .filter(key -> key.kind() == Kind.VirtualEnvironment)
                .map(ObjectKey::virtualEnvironmentName)
                .toList();
        for (VirtualEnvironmentName virtualEnvironment : virtualEnvironments) {
            Call call = Call.get("http://any.localhost/").in(virtualEnvironment);
            assertThat(mesh.send(call).status()).isPositive();
            for (Sidecar sidecar : mesh.sidecars()) {
                assertThat(mesh.appOf(sidecar.workload()).send(call).status()).isPositive();
                if (isStrict(catalog)) {
                    // A sidecar loads the routes of callers that may not call, too.
                    String answer = PeerClient.of(mesh.authority(), PeerIdentity.GATEWAY.uri())
                            .get(sidecar.inboundPort(), "kitsune-env: " + virtualEnvironment + "\r\n");
                    assertThat(answer).startsWith("HTTP/1.1 ");
                } else {
                    assertThat(mesh.callerOf(sidecar.workload()).send(call).status())
                            .isPositive();
                }
            }
        }
    }

    private static boolean isStrict(Catalog catalog) {
        return catalog.manifests().values().stream()
                .anyMatch(manifest ->
                        manifest.spec() instanceof Platform platform && platform.mesh() == Platform.PeerTls.Strict);
    }
}
