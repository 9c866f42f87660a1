package dev.kitsune.xds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.protocol.DeltaClient;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar that may act for only one environment gets nothing of another, whatever names it subscribes to. */
class BoundsTest {
    private static final String FOLDER = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {data: {secrets: {pin: {secretRef: {name: pins, key: dev}}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: prod}
            spec: {data: {secrets: {pin: {secretRef: {name: pins, key: prod}}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: all}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: live, namespace: shop}
            spec: {environment: prod, release: {apps: {shop: {appDeployment: all}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: all, namespace: shop}
            spec: {app: shop, components: {cart: {version: c1, secrets: {pin: {required: true}}, dependencies: {bank: {type: Adapter}}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Adapter
            metadata: {name: bank, namespace: shop}
            spec: {http: {url: "https://bank.example.com", headers: {Authorization: "{{.Secrets.pin}}"}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: cart-dev, namespace: shop}
            spec: {app: shop, component: cart, version: c1, environments: [dev], endpoints: [{address: 127.0.0.1, port: 15000}]}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @Test
    void subscribingByNameGivesNothingOfAnotherEnvironment() throws Exception {
        Files.writeString(folder.resolve("all.yaml"), FOLDER);
        Files.createDirectories(folder.resolve("secrets/pins"));
        Files.writeString(folder.resolve("secrets/pins/dev"), "pin-of-dev");
        Files.writeString(folder.resolve("secrets/pins/prod"), "pin-of-prod");
        Proxy proxy = new Proxy.SidecarProxy(
                new ComponentVersion("shop", "cart", "c1"),
                "cart-dev",
                "127.0.0.1",
                15000,
                15001,
                8080,
                Proxy.Scopes.ON_DEMAND);
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (ControlPlane control = ControlPlane.start(folder, anyPort, anyPort);
                DeltaClient client = new DeltaClient(control.xdsPort(), DeltaClient.node("cart-dev", proxy))) {
            List<Resource> got = new ArrayList<>();
            for (String virtualEnvironment : List.of("main", "live")) {
                ask(
                        client,
                        ResourceType.CLUSTER,
                        got,
                        "app/8080/shop/cart@c1/" + virtualEnvironment,
                        "adapter/shop/bank/" + virtualEnvironment);
                ask(client, ResourceType.SECRET, got, "app/shop/cart@c1/" + virtualEnvironment + "/kitsune-secret-pin");
                ask(
                        client,
                        ResourceType.SECRET,
                        got,
                        "adapter/shop/bank/" + virtualEnvironment + "/header/authorization");
                ask(client, ResourceType.SCOPED_ROUTE, got, "on-demand/out/shop/cart@c1/" + virtualEnvironment);
                ask(client, ResourceType.SCOPED_ROUTE, got, "on-demand/in/shop/cart@c1/8080/" + virtualEnvironment);
                ask(
                        client,
                        ResourceType.ROUTE,
                        got,
                        "out/shop/cart@c1/" + virtualEnvironment,
                        "in/shop/cart@c1/8080/" + virtualEnvironment);
                ask(client, ResourceType.ROUTE, got, "gw/" + virtualEnvironment);
            }

            assertThat(got).extracting(Resource::getName).contains("adapter/shop/bank/main", "out/shop/cart@c1/main");
            assertThat(texts(got)).anyMatch(text -> text.contains("pin-of-dev"));
            assertThat(texts(got)).noneMatch(text -> text.contains("pin-of-prod"));
            // Its subscriptions are answered with empty resources, so that no request waits.
            assertThat(got.stream()
                            .filter(resource -> resource.getName().contains("/live"))
                            .map(Resource::getName))
                    .allMatch(name -> name.startsWith("app/shop/") || name.contains("/header/"));
        }
    }

    private static void ask(DeltaClient client, ResourceType type, List<Resource> got, String... names) {
        client.subscribe(type, names);
        for (DeltaDiscoveryResponse response : client.untilNow()) {
            client.ack(response);
            got.addAll(response.getResourcesList());
        }
    }

    private static List<String> texts(List<Resource> resources) {
        return resources.stream()
                .map(resource -> resource.getResource().getValue().toString(StandardCharsets.ISO_8859_1))
                .toList();
    }
}
