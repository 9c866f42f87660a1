package dev.kitsune.e2e.accepted;

import dev.kitsune.e2e.accepted.Draw.Theme;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The manifests of one case. One app, {@code shop}, is steady. Everything else is odd now and then, and has other names
 * in each case.
 */
final class OddManifests {
    /** The ports of the sidecars, and some free ports. */
    record Ports(int shop, int odd, List<Integer> free) {}

    private final Draw draw;
    private final Draw targets;
    private final Draw certificates;
    private final Draw tokens;
    private final Draw rules;
    private final Draw values;
    private final Draw calls;
    private final Theme chosen;
    private final Ports ports;
    private final int number;
    private final List<Map<String, Object>> documents = new ArrayList<>();
    private final List<String> adapters = new ArrayList<>();

    private OddManifests(Draw draw, Ports ports, int number) {
        this.chosen = draw.from(List.of(Theme.values()));
        this.draw = draw.about(Theme.PLATFORM, chosen);
        this.targets = draw.about(Theme.ADAPTERS, chosen);
        this.certificates = draw.about(Theme.CERTIFICATES, chosen);
        this.tokens = draw.about(Theme.TOKENS, chosen);
        this.rules = draw.about(Theme.RULES, chosen);
        this.values = draw.about(Theme.VALUES, chosen);
        this.calls = draw.about(Theme.CALLS, chosen);
        this.ports = ports;
        this.number = number;
    }

    static OddCase of(Draw draw, Ports ports, int number) {
        OddManifests manifests = new OddManifests(draw, ports, number);
        manifests.steady();
        int steady = manifests.documents.size();
        manifests.odd();
        return new OddCase(number, steady, manifests.documents, manifests.adapters);
    }

    private void steady() {
        add(
                "Environment",
                "dev",
                null,
                Map.of("data", Map.of("variables", Map.of("v0", "a", "v1", "b"), "secrets", secrets("usual", "pair"))));
        add(
                "VirtualEnvironment",
                "main",
                "shop",
                Map.of(
                        "environment", "dev",
                        "data", Map.of("variables", Map.of("mark", Integer.toString(number) + "!")),
                        "release", release("shop", "shop-main")));
        // Every proxy gets a new scope in each case.
        add("VirtualEnvironment", "m" + number, "shop", Map.of("parent", "main"));
        add(
                "AppDeployment",
                "shop-main",
                "shop",
                Map.of(
                        "app",
                        "shop",
                        "components",
                        Map.of(
                                "front",
                                Map.of(
                                        "version",
                                        "f1",
                                        "routes",
                                        List.of(Map.of("rule", "Host(`shop.localhost`)")),
                                        "variables",
                                        Map.of("mark", Map.of("required", true))))));
        workload("front", "shop", "front", "f1", ports.shop(), Map.of());
    }

    private void odd() {
        if (draw.chosen() || draw.one(20)) {
            add("Platform", "kitsune", null, platform());
        }
        add("Environment", "k" + number, null, environment());
        add("VirtualEnvironment", "e" + number, "shop", virtualEnvironment());
        add("VirtualEnvironment", "c" + number, "shop", Map.of("parent", "e" + number));
        for (int i = targets.chosen() || certificates.chosen() ? 3 : draw.number(3); i > 0; i--) {
            String name = "a" + number + "x" + i;
            adapters.add(name);
            add("Adapter", name, "shop", new OddAdapters(targets, certificates).any(listenPorts()));
        }
        add(
                "AppDeployment",
                "odd-" + number,
                "shop",
                Map.of("app", "odd", "components", Map.of("odd", component("o1", 1 + draw.number(3)))));
        if (draw.one(2)) {
            add(
                    "AppDeployment",
                    "shop-x" + number,
                    "shop",
                    Map.of(
                            "app",
                            "shop",
                            "components",
                            Map.of("front", Map.of("version", "x" + number, "routes", routes(1 + draw.number(3))))));
        }
        workload("odd", "odd", "odd", "o1", ports.odd(), draw.one(4) ? Map.of("environment", "e" + number) : Map.of());
        if (draw.one(3)) {
            workload("x" + number, "shop", "front", "x" + number, 1, Map.of());
        }
    }

    /** Never the port of the steady sidecar. Envoy rightly refuses it here, where both sidecars have one network. */
    private List<Integer> listenPorts() {
        return calls.odd() ? List.of(ports.odd(), 1) : ports.free();
    }

    private Map<String, Object> platform() {
        Map<String, Object> spec = new TreeMap<>();
        Map<String, Object> context = new TreeMap<>();
        if (draw.one(2)) {
            context.put("header", draw.odd() ? OddTexts.header(draw) : "x-env");
        }
        if (draw.one(2)) {
            context.put("deploymentHeader", draw.odd() ? OddTexts.header(draw) : "x-dep");
        }
        if (draw.one(2)) {
            context.put(
                    "host",
                    draw.from(
                            List.of("{env}.preview.localhost", ""),
                            List.of(
                                    "pre-{env}-x.localhost",
                                    "{env}.a",
                                    "{env}",
                                    "h".repeat(64) + "{env}.localhost",
                                    "h".repeat(62) + "{env}.localhost",
                                    "h.".repeat(115) + "{env}.localhost",
                                    "{env}.%d.localhost",
                                    "{env}.{env}.a",
                                    "*.{env}.a")));
        }
        Stream.of("baggage", "query", "cookie").filter(f -> draw.one(3)).forEach(f -> context.put(f, draw.one(2)));
        spec.put("context", context);
        if (draw.one(2)) {
            spec.put("defaultVirtualEnvironment", draw.from(List.of("main", "e" + number), List.of("none", "ü")));
        }
        if (draw.one(3)) {
            spec.put("egress", draw.from(List.of("Any", "Declared")));
        }
        if (draw.one(3)) {
            spec.put(
                    "limits",
                    Map.of("selectableDeployments", draw.from(List.of(0, 1, 100), List.of(-1, 10_000, 10_001))));
        }
        return spec;
    }

    private Map<String, Object> environment() {
        Map<String, Object> spec = new TreeMap<>();
        spec.put("data", data());
        if (tokens.chosen() || tokens.one(20)) {
            Map<String, Object> selection = new TreeMap<>();
            selection.put("type", "Token");
            selection.put(
                    "jwks",
                    Map.of(
                            "secretRef",
                            Map.of("name", tokens.from(List.of("jwks"), OddSecrets.ODD_KEY_SETS), "key", "set")));
            if (tokens.one(2)) {
                selection.put("issuer", OddTexts.any(tokens));
            }
            if (tokens.one(2)) {
                selection.put("audience", OddTexts.any(tokens));
            }
            if (tokens.one(2)) {
                selection.put("claim", tokens.odd() ? OddTexts.any(tokens) : "env");
            }
            if (tokens.one(2)) {
                selection.put("header", tokens.odd() ? OddTexts.header(tokens) : "x-token");
            }
            if (tokens.one(2)) {
                selection.put("cookie", tokens.odd() ? OddTexts.header(tokens) : "token");
            }
            spec.put("selection", selection);
        }
        return spec;
    }

    private Map<String, Object> data() {
        Map<String, Object> variables = new TreeMap<>();
        variables.put("v0", values.from(OddTexts.USUAL));
        variables.put("v1", OddTexts.any(values));
        for (int i = values.odd() ? values.from(List.of(3, 60, 1_100)) : 2; i > 1; i--) {
            variables.put("v" + i, scalar());
        }
        if (values.odd()) {
            variables.put("n" + "v".repeat(values.from(List.of(200, 252, 253))), "x");
        }
        return Map.of(
                "variables",
                variables,
                "secrets",
                secrets(values.from(List.of("usual"), OddSecrets.ODD_KEYS), values.from(OddSecrets.ODD_PAIRS)));
    }

    private static Map<String, Object> secrets(String key, String pair) {
        return Map.of(
                "s0", Map.of("secretRef", Map.of("name", "keys", "key", key)),
                "pair", Map.of("secretRef", Map.of("name", "pair")),
                "spoilt", Map.of("secretRef", Map.of("name", pair)));
    }

    private Object scalar() {
        return switch (values.number(6)) {
            case 0 -> values.number(1_000_000);
            case 1 -> values.one(2);
            case 2 -> List.of(OddTexts.any(values), OddTexts.any(values));
            default -> OddTexts.any(values);
        };
    }

    private Map<String, Object> virtualEnvironment() {
        Map<String, Object> spec = new TreeMap<>();
        spec.put("environment", "k" + number);
        spec.put("release", release("odd", "odd-" + number));
        if (calls.one(2)) {
            spec.put("data", Map.of("variables", Map.of("v1", OddTexts.any(values))));
        }
        if (calls.one(4)) {
            spec.put(
                    "mirror",
                    List.of(Map.of(
                            "component",
                            "odd/odd",
                            "to",
                            calls.from(List.of("c" + number), List.of("none", "main", "e" + number)),
                            "percent",
                            calls.from(List.of(0, 1, 100), List.of(-1, 101)))));
        }
        if (calls.one(4)) {
            spec.put("expiresAfter", Map.of("idle", calls.from(List.of("72h"), List.of("1s", "36500d"))));
        }
        return spec;
    }

    private Map<String, Object> component(String version, int rules) {
        Map<String, Object> component = new LinkedHashMap<>();
        component.put("version", version);
        component.put("routes", routes(rules));
        Map<String, Object> variables = new TreeMap<>();
        variables.put("v0", Map.of());
        variables.put("v1", values.one(3) ? Map.of("default", OddTexts.any(values)) : Map.of());
        if (values.odd()) {
            int count = values.from(List.of(1, 60, 1_001));
            boolean required = values.one(2);
            for (int i = 0; i < count; i++) {
                variables.put(
                        "w" + i + (count == 60 ? "-" + "w".repeat(100) : ""),
                        required ? Map.of("required", true) : Map.of("default", OddTexts.any(values)));
            }
        }
        component.put("variables", variables);
        if (values.one(2)) {
            component.put("secrets", Map.of("s0", Map.of("required", values.one(2))));
        }
        Map<String, Object> dependencies = new TreeMap<>();
        adapters.forEach(adapter -> dependencies.put(adapter, dependency("Adapter")));
        if (values.one(3)) {
            dependencies.put("shop/front", dependency("Component"));
        }
        component.put("dependencies", dependencies);
        return component;
    }

    private Map<String, Object> dependency(String type) {
        Map<String, Object> dependency = new TreeMap<>();
        dependency.put("type", type);
        if (calls.one(3)) {
            dependency.put("timeout", OddAdapters.duration(calls));
        }
        if (calls.one(3)) {
            dependency.put(
                    "retries",
                    Map.of(
                            "attempts",
                            calls.from(List.of(0, 1, 2), List.of(10, 11, -1)),
                            "on",
                            calls.from(
                                    List.of(List.of("503"), List.of("connect-failure", "5xx"), List.of("unavailable")),
                                    List.of(
                                            List.of(),
                                            List.of("599"),
                                            List.of("600"),
                                            List.of("retriable-headers"),
                                            List.of("099")))));
        }
        if (calls.odd()) {
            dependency.put("listen", calls.from(listenPorts()));
        }
        return dependency;
    }

    private List<Map<String, Object>> routes(int count) {
        List<Map<String, Object>> routes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            routes.add(Map.of(
                    "rule",
                    OddRules.any(rules),
                    "priority",
                    rules.from(List.of(0, 0, 5), List.of(-1_000_000, 1_000_001))));
        }
        return routes;
    }

    private void workload(
            String name, String app, String component, String version, int port, Map<String, Object> more) {
        Map<String, Object> spec = new TreeMap<>(more);
        spec.putAll(Map.of(
                "app", app,
                "component", component,
                "version", version,
                "endpoints", List.of(Map.of("address", "127.0.0.1", "port", port))));
        add("Workload", name, "shop", spec);
    }

    private static Map<String, Object> release(String app, String deployment) {
        return Map.of("apps", Map.of(app, Map.of("appDeployment", deployment)));
    }

    private void add(
            String kind, String name, @org.jspecify.annotations.Nullable String namespace, Map<String, Object> spec) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", "kitsune.dev/v1alpha1");
        document.put("kind", kind);
        document.put(
                "metadata", namespace == null ? Map.of("name", name) : Map.of("name", name, "namespace", namespace));
        document.put("spec", spec);
        documents.add(document);
    }
}
