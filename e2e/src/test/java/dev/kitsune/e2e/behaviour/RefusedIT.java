package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.e2e.xds.XdsRelay;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An Envoy refuses the resources of two of two hundred virtual environments, and the others still answer. */
class RefusedIT {
    private static final int VIRTUAL_ENVIRONMENTS = 200;

    @TempDir
    Path temp;

    /** The resources that the relay makes invalid, because Kitsune itself makes none that an Envoy refuses. */
    enum Spoilt {
        SCOPES,
        ROUTES
    }

    @ParameterizedTest
    @EnumSource
    void theOtherVirtualEnvironmentsAnswer(Spoilt spoilt) throws Exception {
        try (Mesh mesh = LiveShop.mesh(temp)) {
            for (int i = 0; i < VIRTUAL_ENVIRONMENTS; i++) {
                String name = name(i);
                // Its own rule and variable give each its own route configurations at the gateway and at the sidecar.
                mesh.folder()
                        .write(name + ".yaml", LiveShop.virtualEnvironment(name, "G" + i, i % 2 == 0 ? "c1" : "c2"));
                mesh.folder().writeSecret("pay", name, "key-of-" + name);
            }
            int xds = mesh.ports().next();
            try (ServeProcess serve = ServeProcess.start(
                            mesh.folder().root(), xds, mesh.ports().next(), temp.resolve("serve.log"), Map.of());
                    XdsRelay relay = new XdsRelay(serve.xdsPort(), spoiler(spoilt))) {
                mesh.startBehind(relay.port(), EnvoyBinary.find(System.err::println), Scopes.EAGER, AppStarter.ECHO);

                Set<String> silent = new TreeSet<>();
                Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                    silent.clear();
                    for (int i = 0; i < VIRTUAL_ENVIRONMENTS; i++) {
                        Answer answer =
                                mesh.send(Call.get("http://shop.localhost/").in(new VirtualEnvironmentName(name(i))));
                        if (answer.status() != 200
                                || !answer.receivedOne("kitsune-var-greeting").equals("G" + i)) {
                            silent.add(name(i));
                        }
                    }
                    assertThat(silent).containsExactlyInAnyOrder(name(66), name(133));
                });
                assertThat(mesh.sidecar("frontend").envoy().admin().sum("update_rejected$"))
                        .as("the sidecar has refused something")
                        .isPositive();
            }
        }
    }

    private static String name(int i) {
        return "env-%03d".formatted(i);
    }

    private static boolean isInvalid(String text) {
        return text.contains(name(66)) || text.contains(name(133));
    }

    private static UnaryOperator<DeltaDiscoveryResponse> spoiler(Spoilt spoilt) {
        String type = spoilt == Spoilt.SCOPES ? ".ScopedRouteConfiguration" : ".v3.RouteConfiguration";
        return response -> {
            if (!response.getTypeUrl().endsWith(type)) {
                return response;
            }
            DeltaDiscoveryResponse.Builder changed = response.toBuilder().clearResources();
            for (Resource resource : response.getResourcesList()) {
                changed.addResources(
                        isInvalid(resource.getName())
                                ? resource.toBuilder()
                                        .setResource(spoil(spoilt, resource.getResource()))
                                        .build()
                                : resource);
            }
            return changed.build();
        };
    }

    /** Makes a scope without a key, or a route configuration with the same domain in two virtual hosts. */
    private static Any spoil(Spoilt spoilt, Any resource) {
        try {
            if (spoilt == Spoilt.SCOPES) {
                return Any.pack(resource.unpack(ScopedRouteConfiguration.class).toBuilder()
                        .clearKey()
                        .build());
            }
            RouteConfiguration routes = resource.unpack(RouteConfiguration.class);
            return Any.pack(routes.toBuilder()
                    .addVirtualHosts(routes.getVirtualHosts(0).toBuilder().setName("twin"))
                    .build());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("a resource of another type", e);
        }
    }
}
