package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.kitsune.e2e.behaviour.LiveShop.Visit;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.xds.XdsRelay;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Overlay.OverlayVariable;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.store.AtProxies;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When every proxy has acknowledged a change of a virtual environment, its requests see the change. */
class AcknowledgedIT {
    private static final VirtualEnvironmentName GREEN = new VirtualEnvironmentName("green");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PROMPT = Duration.ofSeconds(5);
    private static final int ROUNDS = 10;

    /** For older Envoys, more follows in the name. */
    private static final String ROUTES = "out/shop/frontend@f1/green";

    @TempDir
    Path temp;

    private final Path envoy = EnvoyBinary.find(System.err::println);

    @ParameterizedTest
    @EnumSource
    void whatIsAcknowledgedIsInForce(Scopes scopes) throws Exception {
        try (Mesh mesh = LiveShop.mesh(temp)) {
            LiveShop.addGreen(mesh.folder());
            mesh.start(envoy, scopes, AppStarter.ECHO);
            LiveShop.awaitVisit(mesh.client(), GREEN, Visit.of("Green", "c2", "key-of-green"), PATIENCE);
            // The gateway, the frontend and the cart; with all scopes, the other cart, too.
            awaitAcknowledged(mesh.controlPlane(), scopes == Scopes.EAGER ? 4 : 3);

            for (int round = 0; round < ROUNDS; round++) {
                String greeting = "Green" + round;
                mesh.folder().write("green.yaml", LiveShop.virtualEnvironment("green", greeting, "c2"));
                assertThat(mesh.controlPlane().await(state -> greeting.equals(greeting(state.snapshot())), PATIENCE))
                        .isPresent();
                awaitAcknowledged(mesh.controlPlane(), scopes == Scopes.EAGER ? 4 : 3);
                LiveShop.awaitVisit(mesh.client(), GREEN, Visit.of(greeting, "c2", "key-of-green"), PROMPT);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRejectionIsShownInTheWordsOfTheEnvoy(Scopes scopes) throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (Mesh mesh = LiveShop.mesh(temp)) {
            LiveShop.addGreen(mesh.folder());
            try (ControlPlane controlPlane = ControlPlane.start(mesh.folder().root(), any, any);
                    XdsRelay relay = new XdsRelay(controlPlane.xdsPort(), AcknowledgedIT::spoilt)) {
                mesh.startBehind(relay.port(), envoy, scopes, AppStarter.ECHO);

                Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
                    // With scopes on demand, its call to the cart loads the routes.
                    mesh.send(LiveShop.visit(GREEN));
                    AtProxies green = controlPlane.store().atProxies(GREEN);
                    assertThat(green.refused()).isEqualTo(1);
                    assertThat(green.refusal()).satisfies(refusal -> {
                        assertThat(refusal.type()).isEqualTo(ResourceType.ROUTE);
                        assertThat(refusal.name()).startsWith(ROUTES);
                        assertThat(refusal.nodeId()).contains("frontend");
                        assertThat(refusal.detail()).contains("Only unique values for domains are permitted");
                    });
                });
            }
        }
    }

    private static void awaitAcknowledged(ControlPlane controlPlane, int proxies) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).untilAsserted(() -> assertThat(
                        controlPlane.store().atProxies(GREEN))
                .isEqualTo(new AtProxies(proxies, proxies, 0, null)));
    }

    private static String greeting(@Nullable Snapshot snapshot) {
        return Optional.ofNullable(snapshot)
                .map(served -> served.virtualEnvironments().get(GREEN))
                .map(ResolvedVirtualEnvironment::overlay)
                .map(overlay -> overlay.variables().get("greeting"))
                .map(OverlayVariable::value)
                .map(Value::text)
                .orElse("");
    }

    /** Gives a virtual host of one route configuration twice, because Kitsune itself makes none that an Envoy rejects. */
    private static DeltaDiscoveryResponse spoilt(DeltaDiscoveryResponse response) {
        DeltaDiscoveryResponse.Builder changed = response.toBuilder().clearResources();
        for (Resource resource : response.getResourcesList()) {
            changed.addResources(
                    resource.getName().startsWith(ROUTES)
                            ? resource.toBuilder()
                                    .setResource(doubled(resource.getResource()))
                                    .build()
                            : resource);
        }
        return changed.build();
    }

    private static Any doubled(Any resource) {
        try {
            RouteConfiguration routes = resource.unpack(RouteConfiguration.class);
            return Any.pack(routes.toBuilder()
                    .addVirtualHosts(routes.getVirtualHosts(0))
                    .build());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("a resource of another type", e);
        }
    }
}
