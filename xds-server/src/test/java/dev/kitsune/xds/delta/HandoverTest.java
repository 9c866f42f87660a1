package dev.kitsune.xds.delta;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SCOPED_ROUTE;
import static dev.kitsune.xds.protocol.DeltaClient.names;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.alarm.AlarmListener;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.PublishedManifests;
import dev.kitsune.xds.server.XdsServer;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.TranslatedResources;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A version stays reachable until its callers have the next one, and nobody waits without a limit. */
class HandoverTest {
    private static final String SHOP = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {data: {variables: {greeting: Hello}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec:
              app: shop
              components:
                frontend: {version: f1, dependencies: {cart: {type: Component}}}
                cart: {version: c1, variables: {greeting: {type: String}}}
            """;
    private static final String OUT = "out/shop/frontend@f1/blue";
    private static final String IN = "in/shop/cart@c2/8080/blue";

    private final Deque<AlarmListener> seconds = new ArrayDeque<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ResourceStore store = new ResourceStore(new TranslatedResources(), meters, seconds::add);
    private final XdsServer server = new XdsServer(
            store,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            (virtualEnvironment, at) -> {},
            name -> false,
            meters);
    private final PublishedManifests manifests = new PublishedManifests(store);
    private DeltaClient caller;
    private DeltaClient callee;

    @BeforeEach
    void start() throws Exception {
        server.start();
        manifests.publish(SHOP + blue("c1"));
        caller = new DeltaClient(server.port(), DeltaClient.node("caller", sidecar("frontend", "f1")));
        caller.subscribe(CLUSTER).nextAcked();
        caller.subscribe(ROUTE, OUT).nextAcked();
        callee = new DeltaClient(server.port(), DeltaClient.node("callee", sidecar("cart", "c2")));
        callee.subscribe(CLUSTER).nextAcked();
        callee.subscribe(SCOPED_ROUTE).nextAcked();
        callee.subscribe(ROUTE, IN).nextAcked();
        caller.untilNow();
        callee.untilNow();
    }

    @AfterEach
    void stop() {
        caller.close();
        callee.close();
        server.close();
    }

    @Test
    void callersMoveToANewVersionAfterItsSidecarHasAcknowledged() {
        manifests.publish(blue("c2"));

        List<DeltaDiscoveryResponse> prepared = callee.untilNow();
        assertThat(prepared).extracting(DeltaClient::type).contains(ROUTE);
        assertThat(caller.untilNow()).isEmpty();
        prepared.forEach(callee::ack);
        callee.untilNow().forEach(callee::ack);

        assertThat(names(caller.nextAcked())).containsExactly(OUT);
    }

    @Test
    void aSidecarThatDoesNotAcknowledgeDelaysCallersForTenSeconds() {
        manifests.publish(blue("c2"));

        pass(9);
        assertThat(caller.untilNow()).isEmpty();
        pass(1);

        assertThat(names(caller.nextAcked())).containsExactly(OUT);
    }

    @Test
    void aSidecarThatDisconnectsDelaysNobody() {
        manifests.publish(blue("c2"));
        callee.close();

        assertThat(names(caller.nextAcked())).containsExactly(OUT);
    }

    @Test
    void otherRoutesDoNotWait() {
        manifests.publish(blue("c2") + "---\n" + virtualEnvironment("red", "Red", "c1"));

        caller.subscribe(ROUTE, "out/shop/frontend@f1/red");

        assertThat(names(caller.nextAcked())).containsExactly("out/shop/frontend@f1/red");
    }

    @Test
    void theResourcesOfAVersionStayUntilItsCallersHaveAcknowledgedAndForAGrace() {
        choose("c2");
        manifests.publish(blue("c1"));
        DeltaDiscoveryResponse routes = caller.next();

        pass(15);
        assertThat(callee.untilNow()).isEmpty();
        caller.ack(routes);
        caller.untilNow();
        pass(9);
        assertThat(callee.untilNow()).isEmpty();
        pass(1);

        assertThat(callee.untilNow()).extracting(DeltaClient::type).containsExactly(SCOPED_ROUTE);
    }

    @Test
    void aCallerThatNeverAcknowledgesKeepsThemForHalfAMinute() {
        choose("c2");
        manifests.publish(blue("c1"));
        caller.next();

        pass(29);
        assertThat(callee.untilNow()).isEmpty();
        pass(1);

        assertThat(callee.untilNow()).extracting(DeltaClient::type).containsExactly(SCOPED_ROUTE);
    }

    @Test
    void aVersionThatIsChosenAgainIsNeverRemoved() {
        choose("c2");
        for (int i = 0; i < 20; i++) {
            manifests.publish(blue("c1"));
            assertThat(names(caller.nextAcked())).containsExactly(OUT);
            pass(5);
            manifests.publish(blue("c2"));
            assertThat(names(caller.nextAcked())).containsExactly(OUT);
            pass(5);
        }

        assertThat(callee.untilNow()).isEmpty();
    }

    /** Publishes a version, and acknowledges all resulting responses. */
    private void choose(String version) {
        manifests.publish(blue(version));
        callee.untilNow().forEach(callee::ack);
        callee.untilNow().forEach(callee::ack);
        caller.nextAcked();
        callee.untilNow();
        caller.untilNow();
    }

    private void pass(int count) {
        for (int i = 0; i < count && !seconds.isEmpty(); i++) {
            seconds.remove().due();
        }
    }

    private static String blue(String cart) {
        return "---\n" + virtualEnvironment("blue", "Blue", cart);
    }

    private static String virtualEnvironment(String name, String greeting, String cart) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: shop}
                spec: {parent: main, data: {variables: {greeting: %s}}, components: {cart: %s}}
                """.formatted(name, greeting, cart);
    }

    private static Proxy sidecar(String component, String version) {
        return new Proxy.SidecarProxy(
                new ComponentVersion(new ComponentName("shop", component), version),
                component,
                "127.0.0.1",
                8081,
                8082,
                8080,
                Proxy.Scopes.EAGER);
    }
}
