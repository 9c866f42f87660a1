package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import dev.kitsune.e2e.http.Load.Check;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.e2e.mesh.MeshFolder;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * A shop for tests under load. The answer to every request shows its virtual environment, a variable, a component
 * version and a credential.
 */
final class LiveShop {
    static final String MANIFESTS = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {data: {variables: {greeting: Hello, payHost: "127.0.0.1:19701"}, secrets: {key: {secretRef: {name: pay, key: main}}}}}
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
                frontend:
                  version: f1
                  routes: [{rule: Host(`shop.localhost`)}]
                  variables: {greeting: {type: String, required: true}}
                  dependencies: {cart: {type: Component}, payments: {type: Adapter}}
                cart: {version: c1}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Adapter
            metadata: {name: payments, namespace: shop}
            spec: {http: {url: "http://{{.Vars.payHost}}/v1", headers: {Authorization: "Bearer {{.Secrets.key}}"}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: frontend, namespace: shop}
            spec: {app: shop, component: frontend, version: f1, endpoints: [{address: 127.0.0.1, port: 19101}]}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: cart-one, namespace: shop}
            spec: {app: shop, component: cart, version: c1, endpoints: [{address: 127.0.0.1, port: 19102}]}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: cart-two, namespace: shop}
            spec: {app: shop, component: cart, version: c2, endpoints: [{address: 127.0.0.1, port: 19103}]}
            """;

    static final Visit MAIN = new Visit("Hello", "c1", Credential.shorten("Bearer key-of-main"));

    private LiveShop() {}

    /** Creates the shop with only the virtual environment {@code main}, in new folders. Its Envoys are not started. */
    static Mesh mesh(Path temp) throws IOException {
        return new Mesh(write(Files.createDirectory(temp.resolve("in"))), temp.resolve("mesh"));
    }

    /** Writes the shop with only the virtual environment {@code main}. */
    static Path write(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("secrets").resolve("pay"));
        Files.writeString(folder.resolve("shop.yaml"), MANIFESTS);
        Files.writeString(folder.resolve("secrets").resolve("pay").resolve("main"), "key-of-main\n");
        return folder;
    }

    /** Adds a second virtual environment, {@code green}, with its own greeting, version of cart and key. */
    static void addGreen(MeshFolder folder) throws IOException {
        folder.write("green.yaml", virtualEnvironment("green", "Green", "c2"));
        folder.writeSecret("pay", "green", "key-of-green");
    }

    /** Returns the manifest of an overlay of {@code main} with its own values. Its key is in a file of its name. */
    static String virtualEnvironment(String name, String greeting, String cart) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: shop}
                spec:
                  parent: main
                  data: {variables: {greeting: %s}, secrets: {key: {secretRef: {name: pay, key: %s}}}}
                  components: {cart: %s}
                """.formatted(name, greeting, name, cart);
    }

    /** Returns the manifest of an adapter without credentials to a port of this machine, after a separator. */
    static String adapter(String name, int port) {
        return """
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: %s, namespace: shop}
                spec: {http: {url: "http://127.0.0.1:%d"}}
                """.formatted(name, port);
    }

    /**
     * Returns a request through the gateway, the frontend and the cart to the external API. It is a POST, because no
     * client repeats it.
     */
    static Call visit(VirtualEnvironmentName virtualEnvironment) {
        return Call.post("http://shop.localhost/", "{}")
                .in(virtualEnvironment)
                .calling(Call.get("http://cart/items"))
                .calling(Call.get("http://payments/charge"));
    }

    /** Waits until a request of a virtual environment has the expected visit. */
    static void awaitVisit(
            GatewayClient client, VirtualEnvironmentName virtualEnvironment, Visit visit, Duration atMost) {
        Awaitility.await().atMost(atMost).untilAsserted(() -> assertThat(
                        fault(virtualEnvironment, client.send(visit(virtualEnvironment)), Set.of(visit)))
                .isEmpty());
    }

    /** The values that one request got. */
    record Visit(String greeting, String cart, String credential) {
        static Visit of(String greeting, String cart, String key) {
            return new Visit(greeting, cart, Credential.shorten("Bearer " + key));
        }
    }

    /** Checks requests of one virtual environment, which must have one of these visits. */
    static Check check(VirtualEnvironmentName virtualEnvironment, Supplier<Set<Visit>> allowed) {
        return new Check(visit(virtualEnvironment), answer -> fault(virtualEnvironment, answer, allowed.get()));
    }

    static Optional<String> fault(VirtualEnvironmentName virtualEnvironment, Answer answer, Set<Visit> allowed) {
        if (answer.status() != 200 || answer.calls().size() != 2) {
            return Optional.of(answer.status() + " " + answer.text());
        }
        Answer cart = answer.calls().get(0);
        Answer payment = answer.calls().get(1);
        if (cart.status() != 200 || payment.status() != 200) {
            return Optional.of("cart " + cart.status() + ", payments " + payment.status() + ": " + answer.text());
        }
        if (!new VirtualEnvironmentName(answer.receivedOne("kitsune-env")).equals(virtualEnvironment)
                || !new VirtualEnvironmentName(cart.receivedOne("kitsune-env")).equals(virtualEnvironment)) {
            return Optional.of("another environment: " + answer.text());
        }
        Visit visit = new Visit(
                answer.receivedOne("kitsune-var-greeting"),
                cart.body().path("version").asText(),
                payment.credential());
        return allowed.contains(visit) ? Optional.empty() : Optional.of(visit + " is not among " + allowed);
    }
}
