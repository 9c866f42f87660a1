package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.Load;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.e2e.xds.XdsRelay;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Credentials of virtual environments that share one cluster. A request without its credential is never sent, and its
 * answer names the target and the virtual environment, whatever the reason. Both ways to add credentials pass these tests:
 * Envoy 1.39 has clusters for each virtual environment.
 */
class CredentialByRouteIT {
    private static final int API = 19701;
    private static final int MANY = 1_000;
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");
    private static final VirtualEnvironmentName GREEN = new VirtualEnvironmentName("green");
    /** The relay makes a secret with this value empty. */
    private static final String EMPTIED = "emptied";

    private static final String MISSING = "a credential for payments is missing in virtual environment green";

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);
    private final LoopbackPorts ports = new LoopbackPorts();
    private @Nullable XdsRelay relay;
    private @Nullable ServeProcess controlPlane;
    private Mesh mesh;

    @BeforeEach
    void writeShop() throws IOException {
        mesh = LiveShop.mesh(temp);
        LiveShop.addGreen(mesh.folder());
    }

    @AfterEach
    void stop() {
        mesh.close();
        if (relay != null) {
            relay.close();
        }
        if (controlPlane != null) {
            controlPlane.close();
        }
        ports.close();
    }

    @Test
    void aSecretThatNeverComesIsNamedAndNothingIsSent() throws Exception {
        behindRelay(secret -> !secret.contains("/green/"));
        refused(GREEN, MISSING);
        assertThat(pay(MAIN).credential()).isEqualTo(shortened("key-of-main"));
        refused(GREEN, MISSING);
    }

    @Test
    void anEmptySecretIsNamedAndNothingIsSent() throws Exception {
        mesh.start(envoy);
        mesh.folder().writeSecret("pay", "green", "");
        Awaitility.await().untilAsserted(() -> assertThat(pay(GREEN).status()).isEqualTo(503));
        refused(GREEN, "payments", "pay[green]");
    }

    @Test
    void aSecretThatIsTakenAwayIsNamedAndNothingIsSent() throws Exception {
        mesh.start(envoy);
        assertThat(pay(GREEN).credential()).isEqualTo(shortened("key-of-green"));
        mesh.folder().deleteSecret("pay", "green");
        Awaitility.await().untilAsserted(() -> assertThat(pay(GREEN).status()).isEqualTo(503));
        refused(GREEN, "payments", "pay[green]");
        assertThat(pay(MAIN).credential()).isEqualTo(shortened("key-of-main"));

        mesh.folder().writeSecret("pay", "green", "key-of-green");
        Awaitility.await()
                .untilAsserted(() -> assertThat(pay(GREEN).credential()).isEqualTo(shortened("key-of-green")));
    }

    /** The routes are there, and nothing but the secret is taken away. */
    @Test
    void anEmptiedSecretUnderRoutesThatNameItFailsClosed() throws Exception {
        behindRelay(secret -> true);
        assertThat(pay(GREEN).credential()).isEqualTo(shortened("key-of-green"));
        mesh.folder().writeSecret("pay", "green", EMPTIED);
        Awaitility.await().untilAsserted(() -> assertThat(pay(GREEN).text()).contains(MISSING));
        refused(GREEN, MISSING);
        assertThat(pay(MAIN).credential()).isEqualTo(shortened("key-of-main"));
    }

    @Test
    void aControlPlaneThatIsAwayChangesNoLoadedCredentialAndLetsNothingThroughWithoutOne() throws Exception {
        try (ServeProcess serve = serve()) {
            mesh.startBehind(serve.xdsPort(), envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
            assertThat(pay(GREEN).credential()).isEqualTo(shortened("key-of-green"));
            long before = mesh.api(API).requests();
            for (boolean gone : new boolean[] {false, true}) {
                if (gone) {
                    serve.kill();
                } else {
                    serve.stop();
                }
                assertThat(pay(GREEN).credential()).isEqualTo(shortened("key-of-green"));
                Answer other = pay(MAIN);
                assertThat(other.status()).isEqualTo(503);
                assertThat(other.text())
                        .isEqualTo("virtual environment \"main\" could not be loaded: the control plane is away");
            }
            assertThat(mesh.api(API).requests()).isEqualTo(before + 2);
        }
    }

    @Test
    void aForgedCredentialIsReplacedAndWithoutASecretItIsNotSent() throws Exception {
        behindRelay(secret -> !secret.contains("/green/"));
        Answer main = mesh.appOf("frontend")
                .send(Call.get("http://payments/charge")
                        .in(MAIN)
                        .with("authorization", "Bearer forged")
                        .with("Authorization", "Bearer forged-too"));
        assertThat(main.received("authorization")).containsExactly(shortened("key-of-main"));
        long sent = mesh.api(API).requests();
        Answer green = mesh.appOf("frontend")
                .send(Call.get("http://payments/charge").in(GREEN).with("authorization", "Bearer forged"));
        assertThat(green.status()).isEqualTo(503);
        assertThat(green.text()).contains(MISSING);
        assertThat(mesh.api(API).requests()).isEqualTo(sent);
    }

    @Test
    void aRedirectHasTheCredentialOfItsTargetOrIsNotSent() throws Exception {
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "payments: {type: Adapter}}",
                        "payments: {type: Adapter}, ledger: {type: Adapter}, open: {type: Adapter}}");
        mesh.folder()
                .edit(
                        "shop.yaml",
                        "headers: {Authorization: \"Bearer {{.Secrets.key}}\"}}}",
                        "headers: {Authorization: \"Bearer {{.Secrets.key}}\"}, followRedirects: Always}}");
        mesh.folder().write("ledger.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: ledger, namespace: shop}
                spec: {http: {url: "http://127.0.0.1:19702", headers: {X-Api-Key: "{{.Secrets.key}}"}}}
                """ + LiveShop.adapter("open", 19703));
        behindRelay(secret -> !secret.contains("/ledger/green/"));
        Answer ledger = pay(MAIN, "http://payments/charge?to=" + mesh.withRealPorts("http://127.0.0.1:19702/entry"));
        assertThat(ledger.received("x-api-key")).containsExactly(Credential.shorten("key-of-main"));
        assertThat(ledger.received("authorization")).isEmpty();
        Answer open = pay(GREEN, "http://payments/charge?to=" + mesh.withRealPorts("http://127.0.0.1:19703/x"));
        assertThat(open.status()).as(open.text()).isEqualTo(200);
        assertThat(open.received("authorization")).isEmpty();
        assertThat(open.received("x-api-key")).isEmpty();
        long sent = mesh.api(19702).requests();
        Answer missing = pay(GREEN, "http://payments/charge?to=" + mesh.withRealPorts("http://127.0.0.1:19702/entry"));
        assertThat(missing.status()).as(missing.text()).isEqualTo(503);
        assertThat(missing.text()).contains("a credential for ledger is missing in virtual environment green");
        assertThat(mesh.api(19702).requests()).isEqualTo(sent);
    }

    @Test
    void aCredentialIsRotatedWithoutALostRequest() throws Exception {
        mesh.start(envoy);
        change(Visit.of("Green", "c2", "key-of-green"), Visit.of("Green", "c2", "rotated"), () -> mesh.folder()
                .writeSecret("pay", "green", "rotated"));
    }

    @Test
    void aVirtualEnvironmentGetsACredentialOfItsOwnAndLosesItAgainWithoutALostRequest() throws Exception {
        mesh.start(envoy);
        String own = LiveShop.virtualEnvironment("green", "Green", "c2");
        String inherited = own.replace(", secrets: {key: {secretRef: {name: pay, key: green}}}", "");
        assertThat(inherited).isNotEqualTo(own);
        Visit first = Visit.of("Green", "c2", "key-of-green");
        Visit mains = Visit.of("Green", "c2", "key-of-main");
        change(first, mains, () -> mesh.folder().write("green.yaml", inherited));
        change(mains, first, () -> mesh.folder().write("green.yaml", own));
    }

    /** The earlier cluster and the earlier secret are taken away, and the proxies have never had the next secret. */
    @Test
    void aTargetAndACredentialAreLeftTogetherWithoutALostRequest() throws Exception {
        String own = LiveShop.virtualEnvironment("green", "Green", "c2");
        String elsewhere = own.replace("greeting: Green", "greeting: Green, payHost: \"localhost:19701\"");
        String inherited = own.replace(", secrets: {key: {secretRef: {name: pay, key: green}}}", "");
        Visit first = Visit.of("Green", "c2", "key-of-green");
        Visit mains = Visit.of("Green", "c2", "key-of-main");
        mesh.folder().write("green.yaml", elsewhere);
        mesh.start(envoy);
        for (int i = 0; i < 5; i++) {
            change(first, mains, () -> mesh.folder().write("green.yaml", inherited));
            change(mains, first, () -> mesh.folder().write("green.yaml", elsewhere));
        }
    }

    @Test
    void virtualEnvironmentsWithOneTargetShareOneClusterFrom140() throws Exception {
        mesh.start(envoy);
        pay(MAIN);
        pay(GREEN);
        List<String> clusters = mesh.sidecar("frontend")
                .envoy()
                .admin()
                .get("/clusters?format=text")
                .lines()
                .map(line -> line.substring(0, line.indexOf(':')))
                .filter(name -> name.startsWith("adapter/"))
                .distinct()
                .toList();
        assertThat(clusters).hasSize(isOld() ? 2 : 1);
    }

    private boolean isOld() throws Exception {
        return mesh.sidecar("frontend").envoy().admin().get("/server_info").contains("/1.39.");
    }

    private ServeProcess serve() throws IOException {
        return ServeProcess.start(
                mesh.folder().root(),
                ports.next(),
                ports.next(),
                Files.createTempFile(temp, "serve", ".log"),
                Map.of());
    }

    /** Starts the Envoys behind a relay that passes only these secrets. */
    private void behindRelay(Predicate<String> passes) throws Exception {
        controlPlane = serve();
        relay = new XdsRelay(controlPlane.xdsPort(), response -> passed(response, passes));
        mesh.startBehind(relay.port(), envoy, Scopes.ON_DEMAND, AppStarter.ECHO);
    }

    private static DeltaDiscoveryResponse passed(DeltaDiscoveryResponse response, Predicate<String> passes) {
        if (!response.getTypeUrl().endsWith(".Secret")) {
            return response;
        }
        DeltaDiscoveryResponse.Builder passed = response.toBuilder().clearResources();
        for (Resource resource : response.getResourcesList()) {
            if (passes.test(resource.getName())) {
                passed.addResources(isEmptied(resource) ? emptied(resource) : resource);
            }
        }
        return passed.build();
    }

    private static boolean isEmptied(Resource resource) {
        return resource.getResource()
                .getValue()
                .toString(StandardCharsets.ISO_8859_1)
                .contains(EMPTIED);
    }

    private static Resource emptied(Resource resource) {
        return resource.toBuilder()
                .setResource(Any.pack(Secret.newBuilder()
                        .setName(resource.getName())
                        .setGenericSecret(GenericSecret.getDefaultInstance())
                        .build()))
                .build();
    }

    private Answer pay(VirtualEnvironmentName virtualEnvironment) throws Exception {
        return pay(virtualEnvironment, "http://payments/charge");
    }

    private Answer pay(VirtualEnvironmentName virtualEnvironment, String url) throws Exception {
        return mesh.appOf("frontend").send(Call.get(url).in(virtualEnvironment));
    }

    private void refused(VirtualEnvironmentName virtualEnvironment, String... texts) throws Exception {
        long sent = mesh.api(API).requests();
        Answer answer = pay(virtualEnvironment);
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(answer.text()).contains(texts);
        assertThat(mesh.api(API).requests()).isEqualTo(sent);
    }

    private static String shortened(String key) {
        return Credential.shorten("Bearer " + key);
    }

    private interface Change {
        void make() throws Exception;
    }

    private void change(Visit before, Visit then, Change change) throws Exception {
        AtomicReference<Set<Visit>> allowed = new AtomicReference<>(Set.of(before));
        try (Load load = new Load(mesh.client(), 4, List.of(LiveShop.check(GREEN, allowed::get)))) {
            load.awaitMore(MANY);
            allowed.set(Set.of(before, then));
            change.make();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> LiveShop.fault(
                            GREEN, mesh.send(LiveShop.visit(GREEN)), Set.of(then))
                    .isEmpty());
            load.awaitMore(MANY);
            allowed.set(Set.of(then));
            load.awaitMore(MANY);
            assertThat(load.failures()).isEmpty();
            assertThat(load.failed()).isZero();
        }
        for (EnvoyProcess each : mesh.envoys()) {
            assertThat(each.admin().sum("upstream_rq_retry$")).as(each.name()).isZero();
            assertThat(each.admin().sum("update_rejected$")).as(each.name()).isZero();
        }
    }
}
