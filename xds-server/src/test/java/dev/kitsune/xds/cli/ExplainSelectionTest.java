package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code explain} and {@code usage} for selected app deployments, selection policies and mirrors. */
class ExplainSelectionTest {
    private static final String SHOP = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Platform
            metadata: {name: kitsune}
            spec: {defaultVirtualEnvironment: main}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {data: {secrets: {pin: {secretRef: {name: pins, key: dev}}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: prod}
            spec: {releasePolicy: {type: Stable}, selection: {type: Nobody}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: live, namespace: shop}
            spec: {environment: prod}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec:
              environment: dev
              release: {apps: {shop: {appDeployment: shop-main}}}
              mirror: [{component: cart, to: trial, percent: 10}]
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: trial, namespace: shop}
            spec:
              parent: main
              data: {secrets: {pin: {secretRef: {name: pins, key: trial}}}}
              components: {cart: c9}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec:
              app: shop
              components:
                front: {version: f1, routes: [{rule: Host(`shop.localhost`)}], dependencies: {cart: {type: Component}}}
                cart: {version: c1, secrets: {pin: {required: true}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-next, namespace: shop}
            spec:
              app: shop
              components:
                front:
                  version: f2
                  routes:
                    - rule: Host(`shop.localhost`) && Path(`/next`)
                    - rule: Host(`shop.localhost`) && Path(`/{{.Vars.sub}}`)
                  dependencies: {cart: {type: Component}}
                cart: {version: c2}
            """;

    @TempDir
    Path dir;

    @BeforeEach
    void write() throws IOException {
        StringBuilder workloads = new StringBuilder(SHOP);
        for (String of : List.of("front f1", "front f2", "cart c1", "cart c2", "cart c9")) {
            String[] version = of.split(" ", -1);
            workloads.append("""
                    ---
                    apiVersion: kitsune.dev/v1alpha1
                    kind: Workload
                    metadata: {name: %1$s-%2$s, namespace: shop}
                    spec: {app: shop, component: %1$s, version: %2$s, endpoints: [{address: 127.0.0.1, port: 19101}]}
                    """.formatted(version[0], version[1]));
        }
        Files.writeString(dir.resolve("shop.yaml"), workloads);
        Files.createDirectories(dir.resolve("secrets/pins"));
        Files.writeString(dir.resolve("secrets/pins/dev"), "a-secret-value");
        Files.writeString(dir.resolve("secrets/pins/trial"), "a-secret-value");
    }

    private Run explain(String... arguments) {
        List<String> all = new ArrayList<>(List.of("explain", "--dir", dir.toString()));
        all.addAll(List.of(arguments));
        return Run.of(all.toArray(String[]::new));
    }

    @Test
    void aSelectedAppDeploymentIsNamedWithItsRulesItsVersionsAndTheRulesThatAreLeftOut() {
        Run run = explain("--env", "main", "-H", "kitsune-dep: shop-next", "--url", "http://shop.localhost/next");
        assertThat(run.out().lines())
                .contains("deployment           shop-next, by header kitsune-dep: in place of shop-main")
                .anyMatch(line -> line.startsWith("  >  Host(`shop.localhost`) && Path(`/next`)")
                        && line.contains("shop/front@f2  matches (shop.yaml:"))
                .anyMatch(line -> line.startsWith("  -  Host(`shop.localhost`) && Path(`/{{.Vars.sub}}`)")
                        && line.contains("left out here: variable sub has no value"))
                .anyMatch(line -> line.contains("by AppDeployment/shop/shop-next spec.components.front (shop.yaml:"))
                .noneMatch(line -> line.contains("shop/front@f1"));
    }

    @Test
    void aCallThatSelectsAnAppDeploymentGoesToItsVersion() {
        Run run = explain(
                "--from", "front", "-H", "kitsune-dep: shop-next", "-H", "kitsune-env: main", "--url", "http://cart/");
        assertThat(run.out())
                .contains("from shop/front@f2")
                .contains("shop/cart@c2, by AppDeployment/shop/shop-next spec.components.cart")
                .endsWith("=> shop/cart@c2\n");
    }

    @Test
    void withoutAVirtualEnvironmentTheDefaultIsUsed() {
        assertThat(explain("--url", "http://shop.localhost/next?kitsune-dep=shop-next")
                        .out())
                .contains(
                        "environment  main, by defaultVirtualEnvironment of the Platform, as the request selects an app")
                .contains("deployment           shop-next, by query parameter kitsune-dep: in place of shop-main");
    }

    @Test
    void ignoredSourcesAndNamesThatCannotBeSelectedAreNamed() {
        Run run = explain(
                "-H",
                "kitsune-dep: shop-nxt",
                "-H",
                "baggage: kitsune-dep=shop-next",
                "--url",
                "http://shop.localhost/");
        assertThat(run.out())
                .contains(
                        "deployment           shop-nxt, by header kitsune-dep, which overrules baggage member kitsune-dep"
                                + " (shop-next): it cannot be selected here")
                .contains("=> 404 by Kitsune: there is no app deployment \"shop-nxt\" to select");
        assertThat(explain("-H", "kitsune-dep: shop-main", "--url", "http://shop.localhost/")
                        .out())
                .contains("deployment           shop-main, by header kitsune-dep: it is the released one");
    }

    @Test
    void aPreviewHostAndACookieAreNamedAsTheSource() {
        assertThat(explain("-H", "cookie: kitsune-env=main", "--url", "http://trial.preview.localhost/")
                        .out())
                .contains("environment  trial, by preview host, which overrules cookie kitsune-env (main)")
                .contains("  >  Host(`shop.localhost`)");
        assertThat(explain("-H", "cookie: kitsune-env=trial", "--url", "http://shop.localhost/")
                        .out())
                .contains("environment  trial, by cookie kitsune-env\n");
    }

    @Test
    void aSimilarNameSelectsNothing() {
        for (String source : List.of("?kitsune-env=", "?x-kitsune-env=1", "?kitsune-env-note=1")) {
            assertThat(explain("-H", "cookie: kitsune-env=main", "--url", "http://shop.localhost/" + source)
                            .out())
                    .contains("environment  main, by cookie kitsune-env\n");
        }
        assertThat(explain(
                                "-H",
                                "baggage: kitsune-env-note=1",
                                "-H",
                                "cookie: kitsune-env=main",
                                "--url",
                                "http://shop.localhost/")
                        .out())
                .contains("environment  main, by cookie kitsune-env\n");
        assertThat(explain("--url", "http://shop.localhost/?kitsune%2Denv=trial")
                        .out())
                .contains("environment  trial, by query parameter kitsune-env\n");
        assertThat(explain("-H", "kitsune-dep: shop-main", "--url", "http://main.preview.localhost/")
                        .out())
                .as("the default virtual environment is not the source")
                .contains("environment  main, by preview host\n");
    }

    @Test
    void twoNamesInOneSourceAreNamed() {
        assertThat(explain(
                                "--env",
                                "main",
                                "-H",
                                "baggage: kitsune-env=main,kitsune-env=trial",
                                "-H",
                                "cookie: kitsune-env=No_Name",
                                "--url",
                                "http://shop.localhost/")
                        .out())
                .contains("baggage member kitsune-env (two that differ)", "cookie kitsune-env (what would be refused)");
    }

    @Test
    void aSidecarThatKnowsTheVirtualEnvironmentReadsNoAppDeploymentFromBaggage() {
        assertThat(explain(
                                "--env",
                                "main",
                                "--from",
                                "front",
                                "-H",
                                "kitsune-dep: shop-next",
                                "-H",
                                "baggage: kitsune-dep=shop-next",
                                "--url",
                                "http://cart/")
                        .out())
                .contains("deployment           shop-next, by header kitsune-dep: in place of shop-main");
        assertThat(explain(
                                "--from",
                                "front",
                                "-H",
                                "kitsune-dep: shop-next",
                                "-H",
                                "baggage: kitsune-env=main,kitsune-dep=shop-main",
                                "--url",
                                "http://cart/")
                        .out())
                .contains(
                        "deployment           shop-next, by header kitsune-dep, which overrules baggage member kitsune-dep"
                                + " (shop-main): in place of shop-main");
    }

    @Test
    void theCallerHasTheVersionOfTheVirtualEnvironmentInBaggage() {
        assertThat(explain("--from", "cart", "-H", "baggage: kitsune-env=trial", "--url", "http://front/")
                        .out())
                .contains("environment  trial, by baggage member kitsune-env\n")
                .contains("from shop/cart@c9");
        assertThat(explain("--from", "cart", "--url", "http://front/").out()).contains("from shop/cart@c1");
    }

    @Test
    void theSelectionPolicyIsNamed() {
        Run run = explain("--env", "live", "--url", "http://shop.localhost/");
        assertThat(run.out())
                .contains("selected by          nobody, by Environment/prod spec.selection (shop.yaml:14:")
                .contains("=> 403 by Kitsune: requests cannot select virtual environments of prod");
        assertThat(explain("--env", "main", "--url", "http://shop.localhost/").out())
                .doesNotContain("selected by");
    }

    @Test
    void mirrorsAreNamedWithTheirTargets() {
        Run run = explain("--env", "main", "--from", "front", "--url", "http://cart/");
        assertThat(run.out())
                .contains("copied to  shop/cart@c9 in trial, 10 % of them (127.0.0.1:19101),"
                        + " by VirtualEnvironment/shop/main spec.mirror[0] (shop.yaml:")
                .contains("copy with  kitsune-secret-pin: secret pins[trial] (shop.yaml:")
                .contains("credential  kitsune-secret-pin: secret pins[dev] (shop.yaml:")
                .doesNotContain("a-secret-value");
        assertThat(Run.of("diff", "main", "trial", "--dir", dir.toString()).out())
                .contains("-  copies of shop/cart to trial  10 %, c9");
    }

    @Test
    void aVersionThatOnlyASelectionReachesIsNotUnused() {
        assertThat(Run.of("usage", "--dir", dir.toString()).out())
                .contains("For requests that select shop-next: shop/cart@c2 (workload cart-c2)")
                .contains("For requests that select shop-next: shop/front@f2 (workload front-f2)")
                .doesNotContain("For nobody");
    }
}
