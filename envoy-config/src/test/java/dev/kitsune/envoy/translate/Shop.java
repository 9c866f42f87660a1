package dev.kitsune.envoy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.Map;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** A small app, as its users write it, and its snapshot. */
final class Shop {
    static final ComponentVersion FRONTEND = new ComponentVersion("shop", "frontend", "f1");
    static final ComponentVersion CART = new ComponentVersion("shop", "cart", "c1");

    private static final String BASE = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec:
              data:
                variables: {greeting: "100%", stripeHost: "127.0.0.1:9"}
                secrets: {stripeKey: {secretRef: {name: stripe, key: token}}, pin: {secretRef: {name: pin, key: pin}}}
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
                  routes: [{rule: "Host(`shop.localhost`)"}]
                  dependencies: {cart: {type: Component}, stripe: {type: Adapter}}
                cart:
                  version: c1
                  variables: {greeting: {type: String}}
                  secrets: {pin: {required: true}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Adapter
            metadata: {name: stripe, namespace: shop}
            spec:
              http:
                url: "http://{{.Vars.stripeHost}}/v1"
                headers: {Authorization: "Bearer {{.Secrets.stripeKey}}", X-Greeting: "{{.Vars.greeting}}"}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: cart-1, namespace: shop}
            spec: {app: shop, component: cart, version: c1, endpoints: [{address: 127.0.0.1, port: 19102}]}
            """;

    private Shop() {}

    /** Returns the shop with further documents, and with the secrets {@code stripe[token]} and {@code pin[pin]}. */
    static Snapshot with(String... documents) {
        return with(secrets(), HashTreePMap.empty(), documents);
    }

    /** Returns the same shop with an expired virtual environment. */
    static Snapshot expired(String name, String... documents) {
        ObjectKey key = new ObjectKey(Kind.VirtualEnvironment, "shop", name);
        return with(secrets(), HashTreePMap.singleton(key, new Expired(Expired.Limit.idle, "72h")), documents);
    }

    private static Map<SecretId, Secret> secrets() {
        return Map.of(
                new SecretId("", "stripe"),
                new Secret(Map.of("token", SecretValue.of("sk-1"))),
                new SecretId("", "pin"),
                new Secret(Map.of("pin", SecretValue.of("1234"))));
    }

    static Snapshot with(Map<SecretId, Secret> secrets, String... documents) {
        return with(secrets, HashTreePMap.empty(), documents);
    }

    private static Snapshot with(Map<SecretId, Secret> secrets, PMap<ObjectKey, Expired> expired, String... documents) {
        String text = BASE
                + String.join(
                        "",
                        java.util.Arrays.stream(documents).map("---\n"::concat).toList());
        ReadResult read = ManifestReader.read("shop.yaml", text);
        assertThat(read.problems()).noneMatch(Problem::isError);
        PMap<ObjectKey, Manifest<?>> manifests = HashTreePMap.empty();
        for (Manifest<?> manifest : read.manifests()) {
            manifests = manifests.plus(manifest.key(), manifest);
        }
        Catalog catalog = new Catalog(manifests, HashTreePMap.from(secrets), false).withExpired(expired);
        return Resolver.resolve(
                        new CatalogChange(catalog, manifests.keySet(), Set.copyOf(secrets.keySet()), read.problems()))
                .snapshot();
    }

    /** Returns a child of main. */
    static String child(String name, String spec) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: shop}
                spec: {parent: main, %s}
                """.formatted(name, spec);
    }
}
