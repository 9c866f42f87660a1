package dev.kitsune.e2e.node;

import dev.kitsune.e2e.http.Call;

/** The shop of the tests on a node: a frontend, and a cart in two versions. */
final class NodeShop {
    /** Where apps listen. */
    static final int PORT = 8080;

    /** All objects but the pods. */
    static final String OBJECTS = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Platform
            metadata: {name: kitsune}
            spec: {defaultVirtualEnvironment: main}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: bank, namespace: shop}
            stringData: {main: key-of-main, fix: key-of-fix}
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
                  dependencies: {cart: {type: Component}}
                cart: {version: c1, variables: {greeting: {type: String}}, secrets: {bank: {required: true}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec:
              environment: dev
              release: {apps: {shop: {appDeployment: shop-main}}}
              data: {variables: {greeting: Hello}, secrets: {bank: {secretRef: {name: bank, key: main}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: fix, namespace: shop}
            spec:
              parent: main
              components: {cart: c2}
              data: {variables: {greeting: Howdy}, secrets: {bank: {secretRef: {name: bank, key: fix}}}}
            """;

    static final String TEMPLATE_OF_CART_4 = """
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-next, namespace: shop}
            spec:
              app: shop
              components:
                cart:
                  version: c4
                  variables: {greeting: {type: String}}
                  secrets: {bank: {required: true}}
                  template:
                    spec:
                      serviceAccountName: default
                      containers:
                        - name: app
                          image: %1$s
                          args: [serve, cart-4, "%2$d"]
                          ports: [{containerPort: %2$d}]
            """.formatted(NodeImages.APP, PORT);

    static final String USES_CART_4 = """
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: next, namespace: shop}
            spec: {parent: main, components: {cart: c4}}
            """;

    private NodeShop() {}

    /** Returns the Platform with a setting for calls among proxies. */
    static String platform(String mtls) {
        return """
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {defaultVirtualEnvironment: main, mesh: {mtls: %s}}
                """.formatted(mtls);
    }

    /** Returns the YAML of a pod. {@code more}: more of its spec */
    static String pod(String name, String component, String version, String more) {
        return pod(name, component, version, "", more);
    }

    /** {@code container}: more of its container */
    static String pod(String name, String component, String version, String container, String more) {
        return """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %1$s
                  namespace: shop
                  labels:
                    kitsune.dev/inject: enabled
                    kitsune.dev/app: shop
                    kitsune.dev/component: %2$s
                    kitsune.dev/version: %3$s
                spec:
                  serviceAccountName: default
                  containers:
                    - name: app
                      image: %4$s
                      args: [serve, %1$s, "%5$d"]
                      ports: [{containerPort: %5$d}]
                %6$s
                %7$s
                """.formatted(name, component, version, NodeImages.APP, PORT, container, more);
    }

    /** A call of the frontend, which calls the cart. */
    static Call call(String virtualEnvironment, String cart) {
        return Call.post("http://shop.localhost/call?url=" + cart, "").with("kitsune-env", virtualEnvironment);
    }
}
