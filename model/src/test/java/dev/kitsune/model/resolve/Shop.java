package dev.kitsune.model.resolve;

/** The manifests of a small mesh, as users write them. */
final class Shop {
    static final String ENVIRONMENT = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec:
              data:
                variables: {greeting: Hello, stripeHost: api.example.com, shards: [a, b]}
                secrets: {stripeKey: {secretRef: {name: stripe, key: token}}}
            ---
            """;
    static final String DEPLOYMENT = """
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec:
              app: shop
              version: "1.4.0"
              components:
                frontend:
                  version: f1
                  routes:
                    - rule: Host(`shop.localhost`) && PathPrefix(`/{{.Vars.subPath}}`)
                  variables: {subPath: {type: String, default: all}, greeting: {type: String}}
                  dependencies: {cart: {type: Component}, stripe: {type: Adapter}}
                cart: {version: c1, secrets: {stripeKey: {required: true}}}
            ---
            """;
    static final String ADAPTER = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Adapter
            metadata: {name: stripe, namespace: shop}
            spec:
              http:
                url: https://{{.Vars.stripeHost}}/v1/
                query: {shop: "{{urlquery .Vars.greeting}}"}
                headers: {Authorization: "Bearer {{.Secrets.stripeKey}}", X-Shop: "{{.Vars.greeting}}"}
            ---
            """;
    static final String MAIN = """
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec:
              environment: dev
              release: {apps: {shop: {appDeployment: shop-main, version: "1.4.0"}}}
            ---
            """;

    private Shop() {}

    static Mesh mesh() {
        return Mesh.ofFolder()
                .secret("", "stripe", "token", "sk_1")
                .file("base.yaml", ENVIRONMENT, DEPLOYMENT, ADAPTER, MAIN);
    }

    /**
     * Returns a virtual environment of namespace {@code shop}.
     *
     * @param spec the spec in YAML's flow style, without its braces
     */
    static String virtualEnvironment(String name, String spec) {
        return object("VirtualEnvironment", "shop", name, spec);
    }

    static String object(String kind, String namespace, String name, String spec) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: %s
                metadata: {name: %s%s}
                spec: {%s}
                ---
                """.formatted(kind, name, namespace.isEmpty() ? "" : ", namespace: " + namespace, spec);
    }
}
