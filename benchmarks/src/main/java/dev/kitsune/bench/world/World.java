package dev.kitsune.bench.world;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * The manifests for the measurement. Every virtual environment has a parent, a variable and a credential of its own, so
 * no two share a route. One in {@value #OVERRIDING} has a version of the callee of its own, and therefore also a
 * cluster of its own.
 *
 * @param services the number of components in addition to the caller and the callee, for proxies of many component
 *     versions
 * @param calleePort the port of all workloads of the callee
 * @param paymentPort the port of the adapter's target
 */
public record World(int services, int calleePort, int paymentPort) {
    public static final ComponentVersion CALLER = new ComponentVersion("shop", "frontend", "1");
    public static final ComponentVersion CALLEE = new ComponentVersion("shop", "cart", "1");
    public static final String ADAPTER = "payment";
    private static final int OVERRIDING = 10;
    private static final String HEAD = "apiVersion: kitsune.dev/v1alpha1\n";

    public static VirtualEnvironmentName name(int virtualEnvironment) {
        return new VirtualEnvironmentName("env-" + virtualEnvironment);
    }

    public static ComponentVersion service(int number) {
        return new ComponentVersion("shop", "service-" + number, "1");
    }

    /** Whether a virtual environment has a version of the callee of its own. */
    public static boolean overrides(int virtualEnvironment) {
        return virtualEnvironment % OVERRIDING == 0;
    }

    /** Returns the name of that version. */
    public static String ownVersion(int virtualEnvironment) {
        return "own-" + virtualEnvironment;
    }

    public static String credential(int virtualEnvironment) {
        return "key-" + virtualEnvironment;
    }

    /** Returns the manifests that all virtual environments share. */
    public String base() {
        StringBuilder components = new StringBuilder();
        for (int i = 0; i < services; i++) {
            components
                    .append("    ")
                    .append(service(i).name().component())
                    .append(": {version: \"1\", variables: {greeting: {type: String, required: true}},")
                    .append(" dependencies: {cart: {type: Component}}}\n");
        }
        List<String> documents = new ArrayList<>();
        for (int i = 0; i < services; i++) {
            documents.add(workload(service(i).name().component(), "1"));
        }
        documents.addAll(List.of(
                HEAD + "kind: Environment\nmetadata: {name: dev}\nspec: {}\n",
                HEAD + "kind: AppDeployment\nmetadata: {name: shop-main, namespace: shop}\nspec:\n  app: shop\n"
                        + "  components:\n"
                        + "    frontend: {version: \"1\","
                        + " dependencies: {cart: {type: Component}, payment: {type: Adapter}}}\n"
                        + "    cart: {version: \"1\", variables: {greeting: {type: String, required: true}}}\n"
                        + components,
                HEAD + "kind: Adapter\nmetadata: {name: payment, namespace: shop}\nspec:\n  http:\n"
                        + "    url: http://127.0.0.1:" + paymentPort + "/v1\n"
                        + "    headers: {Authorization: \"Bearer {{.Secrets.paymentKey}}\"}\n",
                HEAD + "kind: VirtualEnvironment\nmetadata: {name: main, namespace: shop}\nspec:\n"
                        + "  environment: dev\n"
                        + "  data: {variables: {greeting: main}, secrets: {paymentKey: {secretRef: {name: main, key: token}}}}\n"
                        + "  release: {apps: {shop: {appDeployment: shop-main}}}\n",
                workload("frontend", "1"),
                workload("cart", "1")));
        return String.join("---\n", documents);
    }

    /** Returns one virtual environment, with the workload of its own version if it has one. */
    public String virtualEnvironment(int number, String greeting) {
        return virtualEnvironment(number, greeting, overrides(number) ? ownVersion(number) : "");
    }

    /**
     * Returns one virtual environment, with or without a version of the callee of its own.
     *
     * @param callee the name of that version; empty for none
     */
    public String virtualEnvironment(int number, String greeting, String callee) {
        List<String> documents = new ArrayList<>();
        documents.add(
                HEAD + "kind: VirtualEnvironment\nmetadata: {name: " + name(number) + ", namespace: shop}\nspec:\n"
                        + "  parent: main\n  data:\n    variables: {greeting: \"" + greeting + "\"}\n"
                        + "    secrets: {paymentKey: {secretRef: {name: " + name(number) + ", key: token}}}\n"
                        + (callee.isEmpty() ? "" : "  components: {cart: \"" + callee + "\"}\n"));
        if (!callee.isEmpty()) {
            documents.add(workload("cart", callee));
        }
        return String.join("---\n", documents);
    }

    private String workload(String component, String version) {
        return HEAD + "kind: Workload\nmetadata: {name: " + component + "-" + version + ", namespace: shop}\nspec:\n"
                + "  {app: shop, component: " + component + ", version: \"" + version
                + "\", endpoints: [{address: 127.0.0.1, port: " + calleePort + "}]}\n";
    }
}
