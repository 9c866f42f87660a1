package dev.kitsune.e2e.soak;

import dev.kitsune.e2e.xds.ReturningClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder of manifests that changes all the time. Each name occurs once, so that whatever is kept of a name that has gone
 * adds up.
 *
 * @param root the folder
 * @param drafts a folder beside it, because a file appears whole
 */
record SoakFolder(Path root, Path drafts) {
    private static final String SHOP = """
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: all}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: all, namespace: shop}
            spec:
              app: shop
              components:
                cart:
                  version: c1
                  routes: [{rule: Host(`shop.localhost`)}]
                  variables: {greeting: {type: String}, own: {type: String, default: none}}
                  secrets: {key: {required: true}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: cart-c1, namespace: shop}
            spec: {app: shop, component: cart, version: c1, endpoints: [{address: 127.0.0.1, port: %d}]}
            """;

    /** {@code cart}: the port of the sidecar */
    static SoakFolder create(Path temp, int cart) throws IOException {
        SoakFolder folder = new SoakFolder(
                Files.createDirectories(temp.resolve("envs")), Files.createDirectories(temp.resolve("drafts")));
        Files.createDirectories(folder.root.resolve("secrets/pay"));
        folder.write("secrets/pay/main", "key-of-main");
        folder.write("shop.yaml", SHOP.formatted(cart));
        folder.marker(0);
        return folder;
    }

    private void write(String name, String text) throws IOException {
        Path draft = Files.writeString(drafts.resolve("draft"), text);
        Files.move(draft, root.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Changes the routes of all virtual environments. */
    void marker(int number) throws IOException {
        write("dev.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec: {data: {variables: {greeting: %s%d}, secrets: {key: {secretRef: {name: pay, key: main}}}}}
                """.formatted(ReturningClient.MARKER, number));
    }

    /** Writes a virtual environment with a secret of its own. {@code more} is the rest of its spec. */
    void virtualEnvironment(String name, String own, String more) throws IOException {
        write(name + ".yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: shop}
                spec: {parent: main, data: {variables: {own: %s}, secrets: {key: {secretRef: {name: pay, key: %s}}}}%s}
                """.formatted(name, own, name, more));
    }

    void secret(String name, String value) throws IOException {
        write("secrets/pay/" + name, value);
    }

    /** Writes a file that is no manifest. */
    void broken(String name) throws IOException {
        write(name + ".yaml", "kind: [");
    }

    void delete(String name) throws IOException {
        Files.deleteIfExists(root.resolve(name + ".yaml"));
        Files.deleteIfExists(root.resolve("secrets/pay/" + name));
    }
}
