package dev.kitsune.e2e.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import dev.kitsune.model.resolve.Catalog;
import dev.kitsune.model.resolve.CatalogChange;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.pcollections.HashTreePMap;

/**
 * Generated manifests: three apps with rules, a tree of environments that override data and components.
 *
 * @param text the manifests
 * @param environments their names
 * @param rules by the field that holds them, as origins name it
 */
record EnvironmentSet(String text, List<String> environments, Map<String, String> rules) {
    /** The component version with a real sidecar; all others are reached without one. */
    static final ComponentVersion BESIDE = new ComponentVersion("shop", "web", "s1");

    /** Its Workload. */
    static final String WORKLOAD = "shop-web-s1";

    static final List<String> SUBS = List.of("a", "b", "k", "100%");
    static final List<String> GREETINGS =
            List.of("Hello", "50% off", "Grüße", "", "a, b", "%REQ(x-a)%", "\"quoted\" \\");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEAD = "apiVersion: kitsune.dev/v1alpha1\nkind: ";
    private static final int ENVIRONMENTS = 30;

    /**
     * Makes one.
     *
     * @param ports where workloads and adapters answer, by what they are called
     */
    static EnvironmentSet generate(Random random, Ports ports) {
        return new Generator(random, ports).generate();
    }

    /** Says where something answers: {@code shop/web@s1}, {@code ext-0}. */
    @FunctionalInterface
    interface Ports {
        int of(String name);
    }

    /** With something else in place of a text in all rules and values: what the trace would see if it were mistaken. */
    EnvironmentSet mistaken(String text, String other) {
        return new EnvironmentSet(this.text.replace(text, other), environments, rules);
    }

    Resolution resolve() {
        ReadResult read = ManifestReader.read("set.yaml", text);
        Map<ObjectKey, Manifest<?>> manifests = new HashMap<>();
        read.manifests().forEach(manifest -> manifests.put(manifest.key(), manifest));
        Map<String, SecretValue> keys = new HashMap<>();
        environments.forEach(name -> keys.put(name, SecretValue.of("key of " + name)));
        Map<SecretId, Secret> secrets = Map.of(new SecretId("", "keys"), new Secret(keys));
        return Resolver.resolve(new CatalogChange(
                new Catalog(HashTreePMap.from(manifests), HashTreePMap.from(secrets), false),
                manifests.keySet(),
                secrets.keySet(),
                read.problems()));
    }

    private static String quoted(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Generator {
        private final Random random;
        private final Ports ports;
        private final RuleGenerator ruleGenerator;
        private final List<String> documents = new ArrayList<>();
        private final List<String> environments = new ArrayList<>();
        private final Map<String, String> rules = new HashMap<>();

        Generator(Random random, Ports ports) {
            this.random = random;
            this.ports = ports;
            this.ruleGenerator = new RuleGenerator(random);
        }

        EnvironmentSet generate() {
            documents.add(HEAD + "Platform\nmetadata: {name: kitsune}\nspec: {defaultVirtualEnvironment: e0}\n");
            documents.add(
                    HEAD + "Environment\nmetadata: {name: dev}\nspec: {data: {variables: {greeting: Hello, sub: a,"
                            + " num: 12345678, shards: [a, \"s.1\"], host: h1.localhost, ext: ext-0.localhost}}}\n");
            for (String app : List.of("shop", "pay", "blog")) {
                deployment(app, "a", "v1");
                deployment(app, "b", "v2");
                for (String version : List.of("v1", "v2", "x1")) {
                    workload(app, "api", version);
                }
                workload(app, "web", app.equals("shop") ? "s1" : "w1");
                workload(app, "web", "x1");
            }
            documents.add(
                    HEAD + "Adapter\nmetadata: {name: ext, namespace: shop}\nspec:\n  http:\n    url: http://127.0.0.1:"
                            + ports.of("ext") + "/base\n    query: {sub: \"{{urlquery .Vars.sub}}\"}\n"
                            + "    headers: {X-Greeting: \"{{.Vars.sub}}\", Authorization: \"Bearer {{.Secrets.key}}\"}\n");
            for (int i = 0; i < ENVIRONMENTS; i++) {
                environment(i);
            }
            return new EnvironmentSet(String.join("---\n", documents), List.copyOf(environments), Map.copyOf(rules));
        }

        private void deployment(String app, String variant, String api) {
            String name = app + "-" + variant;
            StringBuilder text = new StringBuilder(HEAD + "AppDeployment\nmetadata: {name: " + name
                    + ", namespace: shop}\nspec:\n  app: " + app + "\n  components:\n");
            for (String component : List.of("web", "api")) {
                String version = component.equals("api") ? api : app.equals("shop") ? "s1" : "w1";
                text.append("    ")
                        .append(component)
                        .append(":\n      version: ")
                        .append(version)
                        .append("\n      routes:\n");
                for (int i = 0; i < 3; i++) {
                    String rule = ruleGenerator.rule();
                    rules.put(
                            "AppDeployment/shop/" + name + " spec.components." + component + ".routes[" + i + "]",
                            rule);
                    text.append("        - {rule: ")
                            .append(quoted(rule))
                            .append(", priority: ")
                            .append(random.nextInt(4) == 0 ? 5 : 0)
                            .append("}\n");
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

        private void workload(String app, String component, String version) {
            documents.add(
                    HEAD + "Workload\nmetadata: {name: " + app + "-" + component + "-" + version + ", namespace: shop}"
                            + "\nspec: {app: " + app + ", component: " + component + ", version: " + version
                            + ", endpoints: [{address: 127.0.0.1, port: "
                            + ports.of(app + "/" + component + "@" + version) + "}]}\n");
        }

        private void environment(int number) {
            String name = "e" + number;
            List<String> spec = new ArrayList<>();
            if (number < 4) {
                spec.add("  environment: dev");
                spec.add(release(number == 0 ? List.of("shop", "pay", "blog") : apps()));
            } else {
                spec.add("  parent: " + Pick.from(environments, random));
                if (random.nextInt(5) == 0) {
                    spec.add(release(apps()));
                }
            }
            data(name, spec);
            if (random.nextInt(3) == 0) {
                spec.add("  components: {" + Pick.from(List.of("shop/web", "shop/api", "shop/api"), random) + ": "
                        + Pick.from(List.of("x1", "x1", "gone"), random) + "}");
            }
            if (random.nextInt(3) == 0) {
                spec.add("  expiresAfter: {idle: 72h}");
            }
            environments.add(name);
            documents.add(HEAD + "VirtualEnvironment\nmetadata: {name: " + name + ", namespace: shop}\nspec:\n"
                    + String.join("\n", spec) + "\n");
        }

        private List<String> apps() {
            return Pick.from(List.of(List.of("shop"), List.of("shop", "pay"), List.of("shop", "blog", "pay")), random);
        }

        private String release(List<String> apps) {
            return apps.stream()
                    .map(app -> app + ": {appDeployment: " + app + "-" + Pick.from(List.of("a", "b"), random) + "}")
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
                variables.add("num: " + random.nextInt(100) + ", shards: [" + Pick.from(List.of("b", "c, a"), random)
                        + "], host: " + Pick.from(List.of("h0.localhost", "h2.localhost"), random));
            }
            // A root has a credential; half of the others have one of their own.
            boolean secret = environments.size() < 4 || random.nextBoolean();
            spec.add("  data: {variables: {" + String.join(", ", variables) + "}"
                    + (secret ? ", secrets: {key: {secretRef: {name: keys, key: " + name + "}}}" : "") + "}");
        }
    }
}
