package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {
    static final String SHOP = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {data: {variables: {greeting: Hello}, secrets: {pin: {secretRef: {name: pins, key: dev}}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: fix, namespace: shop}
            spec: {parent: main, data: {variables: {greeting: Howdy}}, components: {cart: c2}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: lost, namespace: shop}
            spec: {parent: nobody}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec:
              app: shop
              components:
                front:
                  version: f1
                  routes:
                    - rule: Host(`shop.localhost`) && Method(`POST`)
                    - rule: Host(`shop.localhost`) && !Header(`x-a`, `1`)
                  variables: {greeting: {type: String}}
                  secrets: {pin: {required: true}}
                  dependencies: {cart: {type: Component}}
                cart: {version: c1}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: front, namespace: shop}
            spec: {app: shop, component: front, version: f1, endpoints: [{address: 127.0.0.1, port: 19101}]}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Workload
            metadata: {name: cart, namespace: shop}
            spec: {app: shop, component: cart, version: c1, endpoints: [{address: 127.0.0.1, port: 19102}]}
            """;

    @TempDir
    Path dir;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(dir.resolve("shop.yaml"), SHOP);
        Files.createDirectories(dir.resolve("secrets/pins"));
        Files.writeString(dir.resolve("secrets/pins/dev"), "a-secret-value");
    }

    private Run explain(String... arguments) {
        List<String> all = new ArrayList<>(List.of("explain", "--dir", dir.toString()));
        all.addAll(List.of(arguments));
        return Run.of(all.toArray(String[]::new));
    }

    private JsonNode json(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-o", "json"));
        return new ObjectMapper().readTree(explain(all.toArray(String[]::new)).out());
    }

    @Test
    void namesTheChosenRuleAndTheReasonsAgainstOthers() {
        Run run = explain("--env", "fix", "--url", "http://shop.localhost/");
        assertThat(run.out())
                .contains("  -  Host(`shop.localhost`) && Method(`POST`)", "the method is GET (shop.yaml:")
                .contains("  >  Host(`shop.localhost`) && !Header(`x-a`, `1`)", "matches (shop.yaml:")
                .contains("kitsune-var-greeting: Howdy, by VirtualEnvironment/shop/fix spec.data.variables.greeting")
                .contains("kitsune-secret-pin: secret pins[dev] (shop.yaml:4:")
                .endsWith("=> shop/front@f1\n")
                .doesNotContain("a-secret-value");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void namesTheAnswerOfKitsuneItself() throws IOException {
        Run run = explain("--env", "fix", "--from", "front", "--url", "http://cart/");
        assertThat(run.out()).contains("=> 503 by Kitsune: no workload serves shop/cart@c2 in virtual environment fix");
        assertThat(run.exitCode()).isEqualTo(1);
        JsonNode refused = json("--env", "main", "--url", "http://shop.localhost/", "-H", "x-a: 1");
        assertThat(refused.at("/answer/status").asInt()).isEqualTo(404);
        assertThat(refused.at("/hops/0/candidates/1/why").asText()).isEqualTo("Header(`x-a`, `1`) matches");
        assertThat(refused.path("reached").isNull()).isTrue();
    }

    @Test
    void namesTheSourceOfTheVirtualEnvironmentAndTheIgnoredSources() throws IOException {
        JsonNode context = json(
                        "--url",
                        "http://shop.localhost/?kitsune-env=main",
                        "-H",
                        "kitsune-env: fix",
                        "-H",
                        "baggage: kitsune-env=lost")
                .path("context");
        assertThat(context.path("environment").asText()).isEqualTo("fix");
        assertThat(context.path("source").asText()).isEqualTo("header kitsune-env");
        assertThat(context.at("/overruled/query parameter kitsune-env").asText())
                .isEqualTo("main");
        assertThat(context.at("/overruled/baggage member kitsune-env").asText()).isEqualTo("lost");
        assertThat(json("--url", "http://shop.localhost/").at("/context/source").asText())
                .startsWith("the release whose rule matches");
    }

    @Test
    void anAppDeploymentIsNamedInTheVirtualEnvironmentOfAPreviewHost() throws IOException {
        JsonNode selected = json(
                        "--url",
                        "http://fix.preview.localhost/",
                        "-H",
                        "kitsune-dep: a",
                        "-H",
                        "baggage: kitsune-dep=b")
                .path("deployment");
        assertThat(selected.path("source").asText()).isEqualTo("header kitsune-dep");
        assertThat(selected.at("/overruled/baggage member kitsune-dep").asText())
                .isEqualTo("b");
    }

    @Test
    void aHostHeaderReplacesTheHostOfTheUrl() {
        assertThat(explain("--env", "main", "--url", "http://127.0.0.1:8080/", "-H", "Host: shop.localhost")
                        .out())
                .endsWith("=> shop/front@f1\n");
        assertThat(explain("--url", "http://a/", "-H", "Host: b", "-H", "host: b"))
                .matches(run -> run.exitCode() == 2)
                .matches(run -> run.err().contains("a request has one host"));
    }

    @Test
    void unknownNamesAreUsageErrors() {
        assertThat(explain("--env", "fxi", "--url", "http://a/"))
                .matches(run -> run.exitCode() == 2)
                .matches(run -> run.err().contains("there is no virtual environment \"fxi\"; did you mean \"fix\"?"));
        assertThat(explain("--env", "lost", "--url", "http://a/").err()).contains("left out because of a problem");
        assertThat(explain("--from", "frnt", "--url", "http://a/").err()).contains("did you mean \"front\"?");
        assertThat(explain("--from", "cart@c9", "--url", "http://a/").err())
                .contains("there is no version \"c9\" of cart; did you mean \"c1\"?");
        assertThat(explain("--url", "/items").err()).contains("name a host as well");
        assertThat(explain("--url", "http://a/", "-H", "nothing").err()).contains("expected 'NAME: VALUE'");
    }
}
