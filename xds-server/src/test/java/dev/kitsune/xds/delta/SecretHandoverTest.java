package dev.kitsune.xds.delta;

import static dev.kitsune.envoy.ResourceType.CLUSTER;
import static dev.kitsune.envoy.ResourceType.ROUTE;
import static dev.kitsune.envoy.ResourceType.SECRET;
import static dev.kitsune.xds.protocol.DeltaClient.names;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.alarm.AlarmListener;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.PublishedManifests;
import dev.kitsune.xds.server.XdsServer;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.TranslatedResources;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
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

/**
 * A version that runs elsewhere too loses the secrets of a virtual environment that has left it, but only when no request
 * can need them. It has them before requests come.
 */
class SecretHandoverTest {
    private static final String SHOP = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {data: {secrets: {pin: {secretRef: {name: pins, key: main}}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: red, namespace: shop}
            spec: {environment: dev, components: {cart: c2}, release: {apps: {shop: {appDeployment: shop-main}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: cart, namespace: shop}
            spec: {app: shop, component: cart, version: c2, endpoints: [{address: 127.0.0.1, port: 1}]}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec:
              app: shop
              components:
                frontend: {version: f1, dependencies: {cart: {type: Component}}}
                cart: {version: c1, secrets: {pin: {required: true}}}
            """;
    private static final String OUT = "out/shop/frontend@f1/blue";
    private static final String PIN = "app/shop/cart@c2/blue/kitsune-secret-pin";

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
        manifests.secret("pins", "main", "pin of main").secret("blue", "pin", "pin of blue");
        manifests.publish(SHOP + blue("c1"));
        caller = new DeltaClient(server.port(), DeltaClient.node("caller", sidecar("frontend", "f1")));
        caller.subscribe(CLUSTER).nextAcked();
        caller.subscribe(ROUTE, OUT).nextAcked();
        callee = new DeltaClient(server.port(), DeltaClient.node("callee", sidecar("cart", "c2")));
        callee.subscribe(CLUSTER).nextAcked();
        callee.subscribe(SECRET, PIN);
        assertThat(pin(callee.nextAcked())).as("another version runs in blue").isEmpty();
        caller.untilNow();
    }

    @AfterEach
    void stop() {
        caller.close();
        callee.close();
        server.close();
    }

    @Test
    void callersComeWhenTheSidecarHasTheSecret() throws Exception {
        manifests.publish(blue("c2"));

        DeltaDiscoveryResponse secret = callee.next();
        assertThat(pin(secret)).isEqualTo("pin of blue");
        assertThat(caller.untilNow()).isEmpty();
        callee.ack(secret);

        assertThat(names(caller.nextAcked())).containsExactly(OUT);
    }

    @Test
    void aSecretStaysUntilCallersHaveAcknowledgedAndForAGrace() throws Exception {
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

        assertThat(pin(callee.nextAcked())).isEmpty();
        assertThat(seconds).as("nothing is waited for any more").isEmpty();
    }

    @Test
    void aRotatedSecretIsSentDuringTheGrace() throws Exception {
        choose("c2");
        manifests.secret("blue", "pin", "another pin").publish(blue("c1"));

        assertThat(pin(callee.nextAcked())).isEqualTo("another pin");
    }

    @Test
    void aVersionThatIsChosenAgainKeepsItsSecret() throws Exception {
        choose("c2");
        for (int i = 0; i < 10; i++) {
            manifests.publish(blue("c1"));
            caller.nextAcked();
            pass(5);
            manifests.publish(blue("c2"));
            caller.nextAcked();
            pass(5);
        }
        pass(60);

        assertThat(callee.untilNow()).isEmpty();
    }

    @Test
    void aSecretOfAVersionThatNoLongerDeclaresItIsGoneAtOnce() throws Exception {
        choose("c2");
        manifests.publish(SHOP.substring(SHOP.indexOf("apiVersion: kitsune.dev/v1alpha1\nkind: AppDeployment"))
                .replace("{pin: {required: true}}", "{}"));

        assertThat(pin(callee.nextAcked())).isEmpty();
    }

    private void choose(String version) {
        manifests.publish(blue(version));
        callee.untilNow().forEach(callee::ack);
        callee.untilNow();
        caller.nextAcked();
        caller.untilNow();
    }

    private void pass(int count) {
        for (int i = 0; i < count && !seconds.isEmpty(); i++) {
            seconds.remove().due();
        }
    }

    private static String pin(DeltaDiscoveryResponse response) throws InvalidProtocolBufferException {
        assertThat(names(response)).isEqualTo(List.of(PIN));
        return response.getResources(0)
                .getResource()
                .unpack(Secret.class)
                .getGenericSecret()
                .getSecret()
                .getInlineBytes()
                .toStringUtf8();
    }

    private static String blue(String cart) {
        return """
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: blue, namespace: shop}
                spec: {parent: main, data: {secrets: {pin: {secretRef: {name: blue, key: pin}}}}, components: {cart: %s}}
                """.formatted(cart);
    }

    private static Proxy sidecar(String component, String version) {
        return new Proxy.SidecarProxy(
                new ComponentVersion("shop", component, version),
                component,
                "127.0.0.1",
                8081,
                8082,
                8080,
                Proxy.Scopes.EAGER);
    }
}
