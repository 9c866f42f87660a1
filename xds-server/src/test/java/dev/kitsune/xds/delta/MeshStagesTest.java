package dev.kitsune.xds.delta;

import static dev.kitsune.envoy.ResourceType.LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.model.manifest.Platform.PeerTls;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.MeshStage;
import dev.kitsune.xds.alarm.AlarmListener;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.PublishedManifests;
import dev.kitsune.xds.server.XdsServer;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.TranslatedResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A change of the mesh's setting goes through all stages, each after all proxies have acknowledged the one before. */
class MeshStagesTest {
    private static final int GRACE_SECONDS = 3;
    private static final int UNACKNOWLEDGED_SECONDS = 20;
    private static final String SHOP = """
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec: {app: shop, components: {cart: {version: c1}}}
            ---
            """;

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

    @BeforeEach
    void start() throws Exception {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void set(PeerTls mtls) {
        manifests.publish(SHOP + """
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {mesh: {mtls: %s}}
                """.formatted(mtls));
    }

    private DeltaClient cart() throws Exception {
        Proxy sidecar = new Proxy.SidecarProxy(
                new ComponentVersion(new ComponentName("shop", "cart"), "c1"),
                null,
                "127.0.0.1",
                19101,
                19201,
                8080,
                Proxy.Scopes.ON_DEMAND);
        return new DeltaClient(server.port(), DeltaClient.node("cart", sidecar));
    }

    private MeshStage stage() {
        return Objects.requireNonNull(store.snapshot(), "it is published").mesh();
    }

    private void pass(int count) {
        for (int i = 0; i < count && !seconds.isEmpty(); i++) {
            seconds.remove().due();
        }
    }

    @Test
    void aStoreThatBeginsServesTheSettingAtOnce() {
        set(PeerTls.Strict);

        assertThat(stage()).isEqualTo(MeshStage.REQUIRED);
        assertThat(seconds).isEmpty();
    }

    @Test
    void aProxyThatDoesNotAcknowledgeDelaysTheNextStage() throws Exception {
        set(PeerTls.Off);
        try (DeltaClient cart = cart()) {
            cart.subscribe(LISTENER).nextAcked();
            cart.untilNow();

            set(PeerTls.Permissive);

            assertThat(stage()).isEqualTo(MeshStage.ACCEPTED);
            pass(GRACE_SECONDS + 1);
            assertThat(stage()).isEqualTo(MeshStage.ACCEPTED);
            cart.nextAcked();
            cart.untilNow();
            pass(GRACE_SECONDS);
            assertThat(stage()).isEqualTo(MeshStage.USED);
            pass(GRACE_SECONDS);
            assertThat(stage()).isEqualTo(MeshStage.BELIEVED);
            pass(UNACKNOWLEDGED_SECONDS + GRACE_SECONDS);
            assertThat(stage()).isEqualTo(MeshStage.BELIEVED);
        }
    }

    @Test
    void aProxyThatNeverAcknowledgesDelaysItForALimitedTime() throws Exception {
        set(PeerTls.Off);
        try (DeltaClient cart = cart()) {
            cart.subscribe(LISTENER).nextAcked();
            cart.untilNow();

            set(PeerTls.Permissive);
            pass(UNACKNOWLEDGED_SECONDS + GRACE_SECONDS);

            assertThat(stage()).isEqualTo(MeshStage.USED);
        }
    }

    @Test
    void aSettingThatChangesAgainTurnsRoundWhereItIs() {
        set(PeerTls.Off);
        set(PeerTls.Strict);
        pass(GRACE_SECONDS);
        assertThat(stage()).isEqualTo(MeshStage.USED);

        set(PeerTls.Off);
        assertThat(stage()).isEqualTo(MeshStage.USED);
        pass(GRACE_SECONDS);
        assertThat(stage()).isEqualTo(MeshStage.ACCEPTED);
        pass(GRACE_SECONDS);
        assertThat(stage()).isEqualTo(MeshStage.PLAINTEXT);
        pass(GRACE_SECONDS);
        assertThat(seconds).isEmpty();
    }
}
