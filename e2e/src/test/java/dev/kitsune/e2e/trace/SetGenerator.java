package dev.kitsune.e2e.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Generates the manifests of one {@link VirtualEnvironmentSet}. */
final class SetGenerator {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEAD = "apiVersion: kitsune.dev/v1alpha1\nkind: ";
    private static final List<String> SUBS = List.of("a", "b", "k", "100%");
    private static final List<String> GREETINGS =
            List.of("Hello", "50% off", "Grüße", "", "a, b", "%REQ(x-a)%", "\"quoted\" \\");
    private static final List<String> APPS = List.of("shop", "pay", "blog");
    private static final String UNRELEASED = "c";
    private static final int VIRTUAL_ENVIRONMENTS = 30;

    /** The first ones have no parent, and the last ones of these belong to a Stable environment. */
    private static final int ROOTS = 6;

    private static final int TESTING_ROOTS = 4;

    private final Random random;
    private final VirtualEnvironmentSet.Ports ports;
    private final RuleGenerator ruleGenerator;
    private final List<String> documents = new ArrayList<>();
    private final List<String> virtualEnvironments = new ArrayList<>();
    private final List<String> deployments = new ArrayList<>();
    private final Map<String, String> rules = new HashMap<>();

    SetGenerator(Random random, VirtualEnvironmentSet.Ports ports) {
        this.random = random;
        this.ports = ports;
        this.ruleGenerator = new RuleGenerator(random);
    }

    VirtualEnvironmentSet generate() {
        documents.add(
                HEAD + "Platform\nmetadata: {name: kitsune}\nspec:\n  defaultVirtualEnvironment: e0\n"
                        + "  limits: {selectableDeployments: 2}\n  context: {host: \"{env}.preview.localhost\", cookie: true}\n");
        environment("dev", "Testing");
        environment("prod", "Stable");
        for (String app : APPS) {
            String web = app.equals("shop") ? "s1" : "w1";
            deployment(app, "a", web, "v1", List.of("web", "api"));
            deployment(app, "b", web, "v2", List.of("web", "api"));
            // This one is not released. Its rules precede those of others, and only its jobs have rules.
            deployment(app, UNRELEASED, web, "y1", List.of("web", "api", "job"));
            for (String version : List.of("v1", "v2", "y1", "x1")) {
                workload(app, "api", version);
            }
            workload(app, "web", web);
            workload(app, "web", "x1");
            workload(app, "job", "j1");
        }
        adapter();
        for (int i = 0; i < VIRTUAL_ENVIRONMENTS; i++) {
            virtualEnvironment(i);
        }
        VirtualEnvironmentSet.COPIED_TO.forEach(this::copiedTo);
        return new VirtualEnvironmentSet(
                String.join("---\n", documents),
                List.copyOf(virtualEnvironments),
                List.copyOf(deployments),
                Map.copyOf(rules));
    }

    private void environment(String name, String type) {
        documents.add(HEAD + "Environment\nmetadata: {name: " + name + "}\nspec:\n  releasePolicy: {type: " + type
                + "}\n  children: Anyone\n  data: {variables: {greeting: Hello, sub: a,"
                + " num: 12345678, shards: [a, \"s.1\"], host: h1.localhost, ext: ext-0.localhost}}\n");
    }

    private void adapter() {
        documents.add(
                HEAD + "Adapter\nmetadata: {name: ext, namespace: shop}\nspec:\n  http:\n    url: http://127.0.0.1:"
                        + ports.of("ext") + "/base\n    query: {sub: \"{{urlquery .Vars.sub}}\"}\n"
                        + "    headers: {X-Greeting: \"{{.Vars.sub}}\", Authorization: \"Bearer {{.Secrets.key}}\"}\n");
    }

    private void deployment(String app, String variant, String web, String api, List<String> withRules) {
        String name = app + "-" + variant;
        deployments.addAll(Collections.nCopies(variant.equals(UNRELEASED) ? 4 : 1, name));
        StringBuilder text = new StringBuilder(HEAD + "AppDeployment\nmetadata: {name: " + name
                + ", namespace: shop}\nspec:\n  app: " + app + "\n  version: \"1\"\n  components:\n");
        for (String component : List.of("web", "api", "job")) {
            String version =
                    switch (component) {
                        case "web" -> web;
                        case "api" -> api;
                        default -> "j1";
                    };
            text.append("    " + component + ":\n      version: " + version + "\n");
            if (withRules.contains(component)) {
                text.append("      routes:\n");
                for (int i = 0; i < 3; i++) {
                    text.append(rule(name, component, i, variant.equals(UNRELEASED)));
                }
            }
            text.append("      variables: {greeting: {type: String, required: true}, num: {type: Number},"
                    + " shards: {type: Array}, level: {type: Number, default: 1}}\n");
            if (component.equals("web") && app.equals("shop")) {
                text.append("      dependencies: {api: {type: Component}, pay/api: {type: Component},"
                        + " ext: {type: Adapter}}\n");
            }
        }
        documents.add(text.toString());
    }

    /**
     * The first rule of an unreleased app deployment has a variable that only some virtual environments have.
     */
    private String rule(String deployment, String component, int number, boolean unreleased) {
        String rule = ruleGenerator.rule() + (unreleased && number == 0 ? " || Path(`/{{.Vars.some}}`)" : "");
        rules.put(
                "AppDeployment/shop/" + deployment + " spec.components." + component + ".routes[" + number + "]", rule);
        int priority = unreleased ? 9 : random.nextInt(4) == 0 ? 5 : 0;
        return "        - {rule: " + quoted(rule) + ", priority: " + priority + "}\n";
    }

    private void workload(String app, String component, String version) {
        workload(app, component, version, ports.of(app + "/" + component + "@" + version));
    }

    private void workload(String app, String component, String version, int port) {
        documents.add(
                HEAD + "Workload\nmetadata: {name: " + app + "-" + component + "-" + version + ", namespace: shop}"
                        + "\nspec: {app: " + app + ", component: " + component + ", version: " + version
                        + ", endpoints: [{address: 127.0.0.1, port: " + port + "}]}\n");
    }

    private void virtualEnvironment(int number) {
        String name = "e" + number;
        List<String> spec = new ArrayList<>();
        if (number < ROOTS) {
            spec.add("  environment: " + (number < TESTING_ROOTS ? "dev" : "prod"));
            spec.add(release(number == 0 ? APPS : apps()));
        } else {
            spec.add("  parent: " + Pick.from(virtualEnvironments, random));
            if (random.nextInt(5) == 0) {
                spec.add(release(apps()));
            }
        }
        data(name, spec);
        if (random.nextInt(3) == 0) {
            spec.add("  components: {" + Pick.from(List.of("shop/web", "shop/api", "shop/api"), random) + ": "
                    + Pick.from(List.of("x1", "x1", "gone"), random) + "}");
        }
        String mirrors = Stream.of("shop/web", "shop/api", "shop/job", "pay/api", "pay/job", "blog/job")
                .filter(component -> random.nextBoolean())
                .map(component -> "{component: " + component + ", to: "
                        + Pick.from(VirtualEnvironmentSet.COPIED_TO, random) + "}")
                .collect(Collectors.joining(", "));
        spec.add("  mirror: [" + mirrors + "]");
        if (random.nextInt(3) == 0) {
            spec.add("  expiresAfter: {idle: 72h}");
        }
        virtualEnvironments.add(name);
        virtualEnvironmentDocument(name, spec);
    }

    /** Adds a virtual environment with its own versions of all components whose calls may be mirrored. */
    private void copiedTo(String name) {
        String version = "m" + name.charAt(name.length() - 1);
        List<String> components = new ArrayList<>();
        for (String app : APPS) {
            for (String component : List.of("web", "api", "job")) {
                workload(app, component, version, ports.ofCopies(app + "/" + component + "@" + version));
                components.add(app + "/" + component + ": " + version);
            }
        }
        virtualEnvironmentDocument(
                name, List.of("  parent: e0", "  components: {" + String.join(", ", components) + "}"));
    }

    private void virtualEnvironmentDocument(String name, List<String> spec) {
        documents.add(HEAD + "VirtualEnvironment\nmetadata: {name: " + name + ", namespace: shop}\nspec:\n"
                + String.join("\n", spec) + "\n");
    }

    private List<String> apps() {
        return Pick.from(List.of(List.of("shop"), List.of("shop", "pay"), List.of("shop", "blog", "pay")), random);
    }

    private String release(List<String> apps) {
        return apps.stream()
                .map(app -> app + ": {appDeployment: " + app + "-" + Pick.from(List.of("a", "b"), random)
                        + ", version: \"1\"}")
                .collect(Collectors.joining(", ", "  release: {apps: {", "}}"));
    }

    private void data(String name, List<String> spec) {
        List<String> variables = new ArrayList<>();
        if (random.nextBoolean()) {
            variables.add("greeting: " + quoted(Pick.from(GREETINGS, random)));
        }
        if (random.nextBoolean()) {
            variables.add("sub: " + quoted(Pick.from(SUBS, random)));
        }
        if (random.nextInt(3) == 0) {
            variables.add("some: " + Pick.from(List.of("a", "b"), random));
        }
        if (random.nextInt(3) == 0) {
            variables.add("num: " + random.nextInt(100) + ", shards: [" + Pick.from(List.of("b", "c, a"), random)
                    + "], host: " + Pick.from(List.of("h0.localhost", "h2.localhost"), random));
        }
        // A root has a credential, and half of the others have their own.
        boolean secret = virtualEnvironments.size() < ROOTS || random.nextBoolean();
        spec.add("  data: {variables: {" + String.join(", ", variables) + "}"
                + (secret ? ", secrets: {key: {secretRef: {name: keys, key: " + name + "}}}" : "") + "}");
    }

    private static String quoted(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
