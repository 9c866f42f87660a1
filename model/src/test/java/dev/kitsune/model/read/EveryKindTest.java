package dev.kitsune.model.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.AddressRange;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Data;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.GatewaySettings;
import dev.kitsune.model.manifest.GatewayTls;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.LabelSelector;
import dev.kitsune.model.manifest.LabelSelector.Requirement;
import dev.kitsune.model.manifest.LabelSelector.SelectorOperator;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.ReservedNames;
import dev.kitsune.model.manifest.SecretDeclaration;
import dev.kitsune.model.manifest.SecretRef;
import dev.kitsune.model.manifest.Spec;
import dev.kitsune.model.manifest.TrustedProxies;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.manifest.Value.ValueType;
import dev.kitsune.model.manifest.VariableDeclaration;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironment.ComponentOverride;
import dev.kitsune.model.manifest.VirtualEnvironment.Mirror;
import dev.kitsune.model.manifest.VirtualEnvironment.Unset;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Checks the value that every field of every kind is read to. */
class EveryKindTest {

    @Test
    void theDesignsDocumentsAreReadWithoutAProblem() throws IOException {
        ReadResult result = everyKind();

        assertThat(result.problems()).isEmpty();
        assertThat(result.manifests())
                .extracting(m -> m.key().toString())
                .containsExactly(
                        "Platform/kitsune",
                        "Environment/dev",
                        "VirtualEnvironment/shop/main",
                        "VirtualEnvironment/shop/cart-fix",
                        "AppDeployment/shop/shop-main",
                        "Adapter/shop/stripe",
                        "Adapter/shop/orders-db",
                        "Workload/shop/cart-4f2c1d0");
    }

    @Test
    void platformAndEnvironment() throws IOException {
        assertThat(spec(0))
                .isEqualTo(new Platform(
                        Platform.Context.DEFAULT,
                        new VirtualEnvironmentName("main"),
                        Platform.Egress.Declared,
                        new Platform.Limits(100),
                        List.of(),
                        null,
                        ReservedNames.NONE));
        assertThat(spec(1))
                .isEqualTo(new Environment(
                        new Data(
                                Map.of(
                                        "greeting", new Value.Text("Hello"),
                                        "shards", new Value.Array(List.of(new Value.Text("a"), new Value.Text("b"))),
                                        "replicas", new Value.Numeric("3"),
                                        "beta", new Value.Bool(false)),
                                Map.of("stripeKey", new SecretRef("stripe", "token"))),
                        Environment.ReleasePolicy.DEFAULT,
                        new Environment.Selection.Anyone(),
                        Environment.Children.Anyone,
                        LabelSelector.EVERYTHING));
    }

    @Test
    void virtualEnvironment() throws IOException {
        assertThat(spec(3))
                .isEqualTo(new VirtualEnvironment(
                        new VirtualEnvironment.OverlayBase(null, new VirtualEnvironmentName("main")),
                        new Data(
                                Map.of("greeting", new Value.Text("Howdy")),
                                Map.of("stripeKey", new SecretRef("stripe-fix", "token"))),
                        Unset.NONE,
                        Map.of("cart", new ComponentOverride("4f2c1d0", null, null, null, null)),
                        null,
                        new VirtualEnvironment.ExpiresAfter(Duration.ofDays(3), Duration.ofDays(30), false),
                        List.of(new Mirror("cart", new VirtualEnvironmentName("cart-trial"), 10))));
    }

    @Test
    void appDeployment() throws IOException {
        AppDeployment shop = (AppDeployment) spec(4);

        assertThat(shop.version()).isEqualTo("1.4.0");
        assertThat(shop.components().get("frontend"))
                .isEqualTo(new AppDeployment.Component(
                        "9f1c2ab",
                        List.of(new AppDeployment.Route(
                                "Host(`shop.localhost`) && PathPrefix(`/{{.Vars.subPath}}`)", 0)),
                        Map.of(
                                "subPath", new VariableDeclaration(ValueType.String, true, null),
                                "greeting", new VariableDeclaration(ValueType.String, false, new Value.Text("Hi"))),
                        Map.of(),
                        Map.of(
                                "cart", new Dependency(DependencyType.Component, null, null, null),
                                "orders-db", new Dependency(DependencyType.Adapter, null, null, null),
                                "stripe",
                                        new Dependency(
                                                DependencyType.Adapter,
                                                Duration.ofSeconds(5),
                                                new Dependency.Retries(2, List.of("connect-failure", "503")),
                                                null)),
                        null,
                        null));
        assertThat(shop.components().get("cart"))
                .isEqualTo(new AppDeployment.Component(
                        "77aa010",
                        List.of(),
                        Map.of(),
                        Map.of("pin", new SecretDeclaration(true)),
                        Map.of(),
                        null,
                        null));
    }

    @Test
    void adaptersAndWorkload() throws IOException {
        assertThat(spec(5))
                .isEqualTo(new Adapter(new Adapter.Http(
                        "https://{{.Vars.stripeHost}}/v1",
                        Map.of("shop", "{{urlquery .Vars.greeting}}"),
                        Map.of("Authorization", "Bearer {{.Secrets.stripeKey}}", "X-Shop", "{{.Vars.greeting}}"),
                        Adapter.FollowRedirects.Never,
                        Adapter.ContextHandling.Strip,
                        Duration.ofSeconds(4),
                        new Adapter.Tls("{{.Secrets.stripeCert}}", "{{.Secrets.stripeCa}}", null, List.of(), false))));
        assertThat(spec(6))
                .isEqualTo(new Adapter(new Adapter.Tcp(
                        "{{.Vars.dbHost}}:5432",
                        15432,
                        new Adapter.Tls("{{.Secrets.dbCert}}", null, "orders-db", List.of("postgresql"), false))));
        assertThat(spec(7))
                .isEqualTo(new Workload(
                        "shop",
                        "cart",
                        "4f2c1d0",
                        List.of(new Workload.Endpoint("127.0.0.1", 19102)),
                        null,
                        null,
                        null));
    }

    @Test
    void fieldsThatTheDesignOnlyDescribes() {
        ReadResult result = ManifestReader.read("a.yaml", """
                {apiVersion: kitsune.dev/v1alpha1, kind: Environment, metadata: {name: prod}, spec: {
                  releasePolicy: {type: Stable, activationDeadline: 1h30m, history: {count: 0}},
                  selection: {type: Token, jwks: {secretRef: {name: keys}}, issuer: me, claim: env},
                  namespaces: {from: Selector, selector: {matchLabels: {example.com/tier: gold}, matchExpressions: [
                    {key: team, operator: NotIn, values: [a, b]}, {key: quota, operator: Exists}]}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: fix}
                spec:
                  environment: prod
                  unset: {variables: [a], secrets: [b], components: [shop/c]}
                  release: {apps: {shop: {appDeployment: shop-1.4, version: "1.4"}}, request: again}
                  components: {shop/cart: {version: v1, variables: {}, secrets: {pin: {}}}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: ledger}
                spec: {grpc: {url: "https://l"}}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: w}
                spec: {app: a, component: b, version: v, endpoints: [{address: "::1", port: 1}], environments: [prod], environment: fix}
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: k}
                spec: {context: {header: X-Env, host: "", cookie: false}, egress: Any, adapterTargets: [Loopback, LinkLocal],
                  gateway: {trustedProxies: {cidrs: [10.1.2.3/8, "2001:db8::1/32", 10.0.0.0/8]},
                    tls: {certificates: [{secretRef: {name: a-tls}}, {hosts: [b.test, "*.c.test"], secretRef: {name: c-tls}}],
                      minimumVersion: TLSv1_3, redirect: true}},
                  reservedNames: {main: shop, live: ops}, mesh: {mtls: Strict}}
                """);

        assertThat(result.problems()).isEmpty();
        List<Spec> specs = result.manifests().stream().<Spec>map(Manifest::spec).toList();
        Environment prod = (Environment) specs.get(0);
        assertThat(prod.children()).isEqualTo(Environment.Children.Nobody);
        assertThat(prod.releasePolicy().activationDeadline()).isEqualTo(Duration.ofMinutes(90));
        assertThat(prod.releasePolicy().history()).isEqualTo(new Environment.ReleasePolicy.History(0, 0));
        assertThat(prod.selection())
                .isEqualTo(new Environment.Selection.Token(
                        new SecretRef("keys", "jwks.json"), "me", null, "env", "Authorization", "kitsune-token"));
        assertThat(prod.namespaces())
                .isEqualTo(new LabelSelector(Set.of(
                        new Requirement("example.com/tier", SelectorOperator.In, Set.of("gold")),
                        new Requirement("team", SelectorOperator.NotIn, Set.of("a", "b")),
                        new Requirement("quota", SelectorOperator.Exists, Set.of()))));
        VirtualEnvironment fix = (VirtualEnvironment) specs.get(1);
        assertThat(result.manifests().get(1).key()).isEqualTo(new ObjectKey(Kind.VirtualEnvironment, "default", "fix"));
        assertThat(fix.unset()).isEqualTo(new Unset(Set.of("a"), Set.of("b"), Set.of("shop/c")));
        assertThat(fix.release())
                .isEqualTo(new VirtualEnvironment.Release(
                        Map.of("shop", new VirtualEnvironment.ReleasedApp("shop-1.4", "1.4")), "again"));
        assertThat(fix.components())
                .isEqualTo(Map.of(
                        "shop/cart",
                        new ComponentOverride(
                                "v1", Map.of(), Map.of("pin", new SecretDeclaration(false)), null, null)));
        assertThat(specs.get(2))
                .isEqualTo(new Adapter(new Adapter.Grpc(
                        "https://l", Map.of(), Map.of(), Adapter.ContextHandling.Strip, Duration.ofSeconds(4), null)));
        assertThat(((Workload) specs.get(3)).environments()).containsExactly("prod");
        assertThat(((Workload) specs.get(3)).virtualEnvironment()).isEqualTo(new VirtualEnvironmentName("fix"));
        assertThat(specs.get(4))
                .isEqualTo(new Platform(
                        new Platform.Context("x-env", "kitsune-dep", true, true, null, false),
                        null,
                        new Platform.OutsideCalls(
                                Platform.Egress.Any,
                                Platform.Passthrough.Allow,
                                List.of(Platform.AdapterTarget.Loopback, Platform.AdapterTarget.LinkLocal)),
                        new Platform.Limits(100),
                        new GatewaySettings(
                                new TrustedProxies.Ranges(List.of(
                                        new AddressRange("10.0.0.0", 8), new AddressRange("2001:db8:0:0:0:0:0:0", 32))),
                                new GatewayTls(
                                        List.of(
                                                new GatewayTls.HostCertificate(List.of(), "a-tls"),
                                                new GatewayTls.HostCertificate(List.of("b.test", "*.c.test"), "c-tls")),
                                        GatewayTls.TlsVersion.TLSv1_3,
                                        true)),
                        new ReservedNames(Map.of(
                                new VirtualEnvironmentName("main"), "shop",
                                new VirtualEnvironmentName("live"), "ops")),
                        Platform.PeerTls.Strict));
    }

    @Test
    void everyFieldHasItsPosition() throws IOException {
        Manifest<?> shop = everyKind().manifests().get(4);

        assertThat(shop.position().column()).isEqualTo(1);
        assertThat(shop.positions())
                .containsKeys(
                        "spec.app",
                        "spec.components.cart.version",
                        "spec.components.frontend.routes[0].rule",
                        "spec.components.frontend.dependencies.stripe.retries.on[1]",
                        "metadata.name");
        int line = shop.position().line();
        assertThat(shop.at("spec.components.frontend.version")).isEqualTo(new Position("a.yaml", line + 8, 16));
        assertThat(shop.at("spec.components.frontend.version.none"))
                .isEqualTo(shop.at("spec.components.frontend.version"));
    }

    /** {@code kubectl} and other readers of YAML 1.1 take the key {@code on} for the boolean true. */
    @Test
    void retriesAreReadUnderEitherSpellingOfOn() {
        for (String on : List.of("on", "'on'", "'true'", "true")) {
            ReadResult result = ManifestReader.read("a.yaml", """
                    apiVersion: kitsune.dev/v1alpha1
                    kind: AppDeployment
                    metadata: {name: shop-main, namespace: shop}
                    spec:
                      app: shop
                      components: {cart: {version: v1, dependencies: {a: {type: Adapter, retries: {%s: [503]}}}}}
                    """.formatted(on));

            assertThat(result.problems()).as(on).isEmpty();
            AppDeployment spec = (AppDeployment) result.manifests().get(0).spec();
            assertThat(spec.components().values())
                    .flatExtracting(component -> component.dependencies().values())
                    .extracting(Dependency::retries)
                    .containsExactly(new Dependency.Retries(1, List.of("503")));
        }
    }

    @Test
    void valuesKeepTheirText() {
        Map<String, Value> variables = variables("""
                {a: 12345678, b: 1.10, c: 12e4567, d: "1", e: yes, f: 0x1f, g: TRUE, h: [1, 2.50], i: [], j: -0, k: 2026-01-31}""");

        assertThat(variables)
                .isEqualTo(Map.ofEntries(
                        Map.entry("a", new Value.Numeric("12345678")),
                        Map.entry("b", new Value.Numeric("1.10")),
                        Map.entry("c", new Value.Numeric("12e4567")),
                        Map.entry("d", new Value.Text("1")),
                        Map.entry("e", new Value.Text("yes")),
                        Map.entry("f", new Value.Text("0x1f")),
                        Map.entry("g", new Value.Bool(true)),
                        Map.entry("h", new Value.Array(List.of(new Value.Numeric("1"), new Value.Numeric("2.50")))),
                        Map.entry("i", new Value.Array(List.of())),
                        Map.entry("j", new Value.Numeric("-0")),
                        Map.entry("k", new Value.Text("2026-01-31"))));
    }

    @Test
    void fieldsThatKubernetesAddsAreNoProblem() {
        ReadResult result = ManifestReader.read("Environment/dev", """
                {"apiVersion":"kitsune.dev/v1alpha1","kind":"Environment","metadata":{"name":"dev","uid":"1","labels":{"a":"b"},
                "annotations":{"x/y":"z"},"resourceVersion":"12","generation":3,"creationTimestamp":"2026-01-31T00:00:00Z",
                "managedFields":[{"time":null}]},"spec":{"data":{"variables":{"smile":"\\ud83d\\ude00"}}},"status":{"any":[1]}}""");

        assertThat(result.problems()).isEmpty();
        assertThat(((Environment) result.manifests().get(0).spec()).data().variables())
                .isEqualTo(Map.of("smile", new Value.Text("\ud83d\ude00")));
    }

    @Test
    void anInvalidObjectIsLeftOutAndTheRestIsRead() {
        ReadResult result = ManifestReader.read(
                "a.yaml",
                ProblemsOfTextTest.virtual("parent: UP").replace("name: x", "name: bad")
                        + "---\n"
                        + ProblemsOfTextTest.virtual("parent: up"));

        assertThat(result.manifests()).extracting(m -> m.key().name()).containsExactly("x");
        assertThat(result.problems())
                .extracting(Problem::code, Problem::object)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(
                        ProblemCode.InvalidValue, new ObjectKey(Kind.VirtualEnvironment, "shop", "bad")));
        assertThat(result.complete()).isTrue();
    }

    @Test
    void documentsBeforeABrokenOneAreRead() {
        ReadResult result = ManifestReader.read("a.yaml", ProblemsOfTextTest.virtual("parent: up") + "---\na: [\n");

        assertThat(result.manifests()).hasSize(1);
        assertThat(result.complete()).isFalse();
    }

    @Test
    void anAliasIsReadAsItsAnchor() {
        assertThat(variables("{a: &a [x, y], b: *a}").get("b"))
                .isEqualTo(new Value.Array(List.of(new Value.Text("x"), new Value.Text("y"))));
    }

    private static Map<String, Value> variables(String text) {
        ReadResult result = ManifestReader.read(
                "a.yaml", ProblemsOfTextTest.virtual("parent: up", "data: {variables: " + text + "}"));
        assertThat(result.problems()).noneMatch(Problem::isError);
        return ((VirtualEnvironment) result.manifests().get(0).spec()).data().variables();
    }

    private static Spec spec(int document) throws IOException {
        return everyKind().manifests().get(document).spec();
    }

    private static ReadResult everyKind() throws IOException {
        try (InputStream in = EveryKindTest.class.getResourceAsStream("every-kind.yaml")) {
            return ManifestReader.read("a.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
