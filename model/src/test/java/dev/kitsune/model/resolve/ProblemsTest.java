package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ResolvedAdapter.UnavailableAdapter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adds one error at a time to the shop, and checks that everything else is served. */
class ProblemsTest {
    private static Mesh with(String... yaml) {
        return Shop.mesh().file("x.yaml", yaml).resolve();
    }

    private static void only(Mesh mesh, String... parts) {
        assertThat(mesh.errors()).singleElement().satisfies(p -> assertThat(p).contains(parts));
        assertThat(mesh.snapshot().virtualEnvironment(new VirtualEnvironmentName("main")))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "parent: x                                   | ParentCycle         | x -> x",
                "parent: mian                                | MissingParent       | did you mean \"main\"?",
                "environment: deb                            | MissingEnvironment  | did you mean \"dev\"?",
                "'parent: main, environment: prod'           | EnvironmentMismatch | belongs to environment dev, not prod"
            })
    void aVirtualEnvironmentWithoutAChainIsLeftOut(String spec, String code, String sentence) {
        Mesh mesh = with(Shop.virtualEnvironment("x", spec));

        only(mesh, "x.yaml:4:", code, sentence, "(in x)");
        assertThat(mesh.snapshot().virtualEnvironment(new VirtualEnvironmentName("x")))
                .isNull();
    }

    @Test
    void theFieldAtFaultIsNamed() {
        Mesh resolved = with(Shop.virtualEnvironment("x", "parent: mian"));
        assertThat(resolved.resolution().problems())
                .filteredOn(p -> p.code() == ProblemCode.MissingParent)
                .singleElement()
                .satisfies(p -> assertThat(p.field()).isEqualTo("spec.parent"));

        Mesh served = with(Shop.virtualEnvironment("x", "parent: main, components: {cart: c9}"));
        assertThat(served.resolution().problems())
                .filteredOn(p -> p.code() == ProblemCode.NoWorkload
                        && new VirtualEnvironmentName("x").equals(p.virtualEnvironment()))
                .singleElement()
                .satisfies(p -> assertThat(p.field()).isEqualTo("spec.components.cart"));
    }

    @Test
    void everyMemberOfACycleAndItsDescendantsAreNamed() {
        Mesh mesh = with(
                Shop.virtualEnvironment("b", "parent: a"),
                Shop.virtualEnvironment("a", "parent: b"),
                Shop.virtualEnvironment("c", "parent: a"));

        assertThat(mesh.errors()).hasSize(3);
        assertThat(mesh.errors().get(0)).contains("x.yaml:4:", "ParentCycle", "a -> b -> a");
        assertThat(mesh.errors().get(1)).contains("x.yaml:10:", "ParentCycle", "a -> b -> a");
        assertThat(mesh.errors().get(2)).contains("MissingParent", "parent a is left out");
    }

    @ParameterizedTest
    @CsvSource({"Anyone,other,true", "SameNamespace,shop,true", "SameNamespace,other,false", "Nobody,shop,false"})
    void theEnvironmentDecidesWhichChildrenAreAllowed(String children, String namespace, boolean allowed) {
        Mesh mesh = with(
                Shop.object("Environment", "", "strict", "children: " + children),
                Shop.virtualEnvironment("p", "environment: strict"),
                Shop.object("VirtualEnvironment", namespace, "c", "parent: p"));

        assertThat(mesh.snapshot().virtualEnvironment(new VirtualEnvironmentName("c")) != null)
                .isEqualTo(allowed);
        if (!allowed) {
            only(mesh, "ParentNotAllowed", "see its `children`");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "release: {apps: {shop: {appDeployment: shop-mian}}}             | MissingAppDeployment | \"shop-main\"?",
                "release: {apps: {pay: {appDeployment: shop-main}}}              | MissingAppDeployment | belongs to app shop",
                "release: {apps: {shop: {appDeployment: shop-main, version: '2'}}} | VersionMismatch    | \"1.4.0\", not \"2\"",
                "components: {carts: c9}                                         | UnknownComponent     | did you mean \"cart\"?",
                "components: {shop/carts: c9}                                    | UnknownComponent     | did you mean \"shop/cart\"?",
                "unset: {variables: [nothing]}                                   | NothingToUnset       | nothing to unset",
                "unset: {secrets: [nothing]}                                     | NothingToUnset       | nothing to unset",
                "unset: {components: [cart]}                                     | NothingToUnset       | nothing to unset",
                "data: {variables: {a: '{{.Secrets.stripeKey}}'}}                | SecretNotInjectable  | values, not templates"
            })
    void aProblemAffectsOnlyTheFaultyPart(String spec, String code, String sentence) {
        Mesh mesh = with(Shop.virtualEnvironment("x", "parent: main, " + spec));

        only(mesh, "x.yaml:4:", code, sentence);
        assertThat(mesh.snapshot().virtualEnvironment(new VirtualEnvironmentName("x")))
                .isNotNull();
        assertThat(mesh.version("main", "shop", "cart")).isEqualTo("c1");
    }

    @Test
    void anInheritedAppIsNeverAFallback() {
        Mesh mesh = with(
                Shop.virtualEnvironment("x", "parent: main, release: {apps: {shop: {appDeployment: gone-for-good}}}"));

        assertThat(mesh.virtualEnvironment("x").apps()).isEmpty();
        assertThat(mesh.version("x", "shop", "cart")).isEqualTo("-");
    }

    @Test
    void aComponentNameOfTwoAppsIsAmbiguous() {
        String pay = Shop.object("AppDeployment", "shop", "pay-main", "app: pay, components: {cart: {version: p1}}");
        String release = "parent: main, release: {apps: {pay: {appDeployment: pay-main}}}";
        Mesh mesh = with(
                pay,
                Shop.virtualEnvironment("x", release + ", components: {cart: c9}"),
                Shop.virtualEnvironment("z", release + ", components: {pay/cart: c9}"));

        only(mesh, "AmbiguousComponent", "write pay/cart or shop/cart", "(in x)");
        assertThat(mesh.version("x", "shop", "cart")).isEqualTo("c1");
        assertThat(mesh.version("z", "shop", "cart")).isEqualTo("c1");
        assertThat(mesh.version("z", "pay", "cart")).isEqualTo("c9");
    }

    @Test
    void theLaterOfTwoConflictingObjectsIsLeftOut() {
        only(
                with(Shop.object("VirtualEnvironment", "other", "main", "environment: dev")),
                "DuplicateName",
                "already exists: the first one, VirtualEnvironment/shop/main in ");
        only(
                with(Shop.object("AppDeployment", "other", "s", "app: shop, components: {cart: {version: z}}")),
                "AppConflict",
                "already belongs to namespace shop");
        only(with(Shop.object("Adapter", "shop", "cart", "tcp: {address: 'db:1'}")), "x.yaml", "NameConflict");
        only(
                with(Shop.object("AppDeployment", "shop", "s", "app: s, components: {stripe: {version: z}}")),
                "x.yaml",
                "NameConflict",
                "an adapter stripe");
    }

    @Test
    void allDeclarationsOfAVersionMustBeEqual() {
        Mesh mesh = with(
                Shop.object("AppDeployment", "shop", "s2", "app: shop, components: {cart: {version: c1}}"),
                Shop.virtualEnvironment("x", "parent: main, components: {cart: {version: c1, secrets: {}}}"));

        assertThat(mesh.errors()).hasSize(2).allSatisfy(p -> assertThat(p)
                .contains("x.yaml", "ComponentVersionConflict", "AppDeployment/shop/shop-main"));
    }

    @Test
    void dependenciesMustExist() {
        Mesh mesh = with(Shop.object(
                "AppDeployment",
                "shop",
                "s2",
                "app: pay, components: {ledger: {version: l1, dependencies: {stripes: {type: Adapter},"
                        + " ledge: {type: Component}, shop/cart: {type: Component}, shop/cat: {type: Component}}}}"));

        assertThat(mesh.errors()).hasSize(3).allSatisfy(p -> assertThat(p).contains("UnknownDependency"));
        assertThat(String.join("\n", mesh.errors()))
                .contains("did you mean \"stripe\"?", "did you mean \"ledger\"?", "did you mean \"cart\"?");
    }

    @Test
    void deliveryIsChecked() {
        String deployment = Shop.object(
                "AppDeployment",
                "shop",
                "a",
                "app: a, components: {web: {version: w1, variables: {need: {type: String, required: true},"
                        + " shards: {type: Number}, line: {type: String}}, secrets: {pin: {required: true},"
                        + " opt: {required: false}}}}");
        Mesh mesh = with(
                deployment,
                Shop.virtualEnvironment(
                        "x",
                        "environment: dev, release: {apps: {a: {appDeployment: a}}},"
                                + " data: {variables: {line: \"a\\nb\"}}"),
                Shop.virtualEnvironment("z", "parent: x"));

        assertThat(mesh.errors()).hasSize(4);
        assertThat(String.join("\n", mesh.errors()))
                .contains(
                        "MissingVariable component a/web@w1: variable need is required",
                        "base.yaml:6:",
                        "VariableType component a/web@w1: variable shards is declared Number",
                        "ValueNotDeliverable component a/web@w1: variable line holds CR, LF, NUL or another control character",
                        "MissingSecret component a/web@w1: secret pin is required and not set")
                .doesNotContain("(in z)");
    }

    @Test
    void atMostEightKilobytesAreDelivered() {
        only(
                with(Shop.virtualEnvironment(
                        "x", "parent: main, data: {variables: {greeting: " + "x".repeat(8193) + "}}")),
                "ValueNotDeliverable",
                "8196 bytes together");
    }

    @Test
    void aSecretOfManyLinesFitsNoHeader() {
        Mesh mesh = Shop.mesh().secret("", "stripe", "token", "a\nb").resolve();

        assertThat(String.join("\n", mesh.errors()))
                .contains(
                        "ValueNotDeliverable secret stripeKey: stripe[token] holds CR, LF, NUL or another control character")
                .doesNotContain("a\nb");
    }

    @Test
    void aMissingSecretAffectsOnlyItsUsers() {
        Mesh mesh = Shop.mesh().withoutSecret("", "stripe").resolve();

        assertThat(mesh.errors()).hasSize(2).allSatisfy(p -> assertThat(p).contains("MissingSecret", "stripe[token]"));
        assertThat(mesh.virtualEnvironment("main").adapters().get(new AdapterName("shop", "stripe")))
                .isInstanceOfSatisfying(UnavailableAdapter.class, a -> assertThat(a.reason())
                        .contains("adapter stripe cannot be called", "stripe[token]"));
        assertThat(mesh.virtualEnvironment("main").routes()).hasSize(1);
    }

    @Test
    void equalRulesOfTwoComponentsConflict() {
        String deployment = Shop.object(
                "AppDeployment",
                "shop",
                "a",
                "app: a, components: {x: {version: x1, routes: [{rule: 'Path(`/a`) && Method(`GET`)'}]},"
                        + " z: {version: z1, routes: [{rule: 'Method(`get`) && Path(`/{{.Vars.p}}`)'},"
                        + " {rule: 'Path(`/a`) && Method(`GET`)', priority: 1}]}}");
        Mesh mesh = with(
                deployment,
                Shop.virtualEnvironment(
                        "x", "environment: dev, release: {apps: {a: {appDeployment: a}}}, data: {variables: {p: a}}"));

        only(mesh, "RouteConflict", "component a/z has the same rule as component a/x", "(in x)");
        assertThat(mesh.virtualEnvironment("x").routes())
                .extracting(r -> r.target().name().component())
                .containsExactly("z", "x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "Host(`a`) & Host(`b`)       | RuleError           | character 11",
                "Host(`{{.Vars.gretting}}`) | UnknownVariable     | did you mean \"greeting\"?",
                "Host(`{{.Vars.greeting `)  | TemplateError       | is not closed",
                "Host(`{{.Secrets.a}}`)     | SecretNotInjectable | a secret that the component declares"
            })
    void anInvalidRuleIsLeftOut(String rule, String code, String sentence) {
        Mesh mesh = with(
                Shop.object(
                        "AppDeployment",
                        "shop",
                        "a",
                        "app: a, components: {x: {version: x1, routes: [{rule: '" + rule
                                + "'}, {rule: 'Path(`/`)'}]}}"),
                Shop.virtualEnvironment("x", "environment: dev, release: {apps: {a: {appDeployment: a}}}"));

        only(mesh, "x.yaml:4:", code, sentence);
        assertThat(mesh.virtualEnvironment("x").routes()).hasSize(1);
    }

    @Test
    void aComponentHasOneMirrorForEachTarget() {
        Mesh mesh = with(
                Shop.virtualEnvironment("t", "parent: main"),
                Shop.virtualEnvironment(
                        "x",
                        "parent: main, mirror: [{component: cart, to: t, percent: 10},"
                                + " {component: shop/cart, to: t, percent: 20}, {component: frontend, to: t}]"));

        only(mesh, "UnusableMirror", "already copies calls of shop/cart to t", "(in x)");
        assertThat(mesh.virtualEnvironment("x").mirrors().values())
                .allSatisfy(all -> assertThat(all).hasSize(1))
                .hasSize(2);
    }

    @Test
    void aVersionWithoutWorkloadIsOneWarningForAllItsUsers() {
        Mesh mesh = with(
                Shop.virtualEnvironment("b", "parent: main"),
                Shop.virtualEnvironment("c", "parent: main"),
                Shop.virtualEnvironment("d", "parent: main"));

        assertThat(mesh.problems()).hasSize(2).anySatisfy(p -> assertThat(p)
                .contains(
                        "base.yaml:",
                        "warning NoWorkload no workload serves shop/cart@c1,",
                        "which b, c, d and 1 more use"));
    }

    @Test
    void aWorkloadOfAnotherEnvironmentDoesNotServe() {
        Mesh mesh = with(
                Shop.object("Environment", "", "prod", ""),
                Shop.virtualEnvironment("p", "environment: prod, release: {apps: {shop: {appDeployment: shop-main}}}"),
                Shop.object(
                        "Workload",
                        "shop",
                        "w",
                        "app: shop, component: cart, version: c1, environments: [dev],"
                                + " endpoints: [{address: 127.0.0.1, port: 1}]"));

        assertThat(mesh.problems())
                .filteredOn(p -> p.contains("shop/cart@c1 for this environment"))
                .singleElement()
                .satisfies(p -> assertThat(p).contains("(in p)"));
    }
}
