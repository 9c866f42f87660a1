package dev.kitsune.model.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.problem.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each text with all its problems: {@code line:column Code}, and a part of the message after {@code |}. */
class ProblemsOfTextTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void everyProblemIsFoundAtItsPosition(String name, String text, List<String> expected) {
        List<Problem> problems = ManifestReader.read("shop/a.yaml", text).problems();

        assertThat(problems)
                .extracting(p -> p.position().line() + ":" + p.position().column() + " " + p.code())
                .as("%s", problems)
                .isEqualTo(expected.stream().map(e -> half(e, 0)).toList());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(problems.get(i).message())
                    .contains(half(expected.get(i), 1))
                    .doesNotContain("\n");
            assertThat(problems.get(i).position().file()).isEqualTo("shop/a.yaml");
        }
    }

    private static String half(String expected, int which) {
        int bar = expected.indexOf(" | ");
        return which == 0
                ? expected.substring(0, bar < 0 ? expected.length() : bar)
                : bar < 0 ? "" : expected.substring(bar + 3);
    }

    static Stream<Arguments> everyProblemIsFoundAtItsPosition() {
        return Stream.of(
                        documents(),
                        fields(),
                        names(),
                        values(),
                        kinds(),
                        trustedProxies(),
                        certificates(),
                        namespaces(),
                        reservedNames(),
                        protocols())
                .flatMap(s -> s);
    }

    private static Stream<Arguments> documents() {
        return Stream.of(
                row("an empty text", ""),
                row("only comments", "# nothing\n---\n---\n# still nothing\n"),
                row("null", "null\n"),
                row("a list", "- a\n- b\n", "1:1 UnknownKind"),
                row("text", "\nhello\n", "2:1 UnknownKind"),
                row("an empty mapping", "{}", "1:1 UnknownKind | apiVersion", "1:1 UnknownKind | kind"),
                row("another group", "apiVersion: v1\nkind: Secret\n", "1:13 UnknownKind | not one of Kitsune's"),
                row(
                        "another version",
                        "apiVersion: kitsune.dev/v1\nkind: Platform\n",
                        "1:13 UnknownKind | expected one of kitsune.dev/v1alpha1"),
                row(
                        "a misspelled group",
                        "apiVersion: kitsun.dev/v1alpha1\nkind: Platform\n",
                        "1:13 UnknownKind | did you mean \"kitsune.dev/v1alpha1\"?"),
                row(
                        "a kind in the wrong case",
                        "apiVersion: kitsune.dev/v1alpha1\nkind: virtualenvironment\n",
                        "2:7 UnknownKind | did you mean \"VirtualEnvironment\"?"),
                row("broken YAML", "a: b\nc: d: e\n", "2:5 UnreadableFile | mapping values are not allowed here"),
                row("a tab", "a:\n\tb: c\n", "2:1 UnreadableFile"),
                row("an unclosed bracket", "a: [1, 2\n", "2:1 UnreadableFile | while parsing a flow sequence"),
                row("a NUL", "a: b\nc: \u0000\n", "2:4 UnreadableFile | U+0000"),
                row("an alias without anchor", "a: *b\n", "1:4 UnreadableFile"),
                row("an alias of itself", "a: &a [*a]\n", "1:4 UnreadableFile | alias of itself"),
                row("nested too deeply", "a: " + "[".repeat(100_000), "1:1 UnreadableFile | deeper than 50"),
                row("a billion laughs", laughs(), "10:5 UnreadableFile | more than 250000"),
                row(
                        "an error in front of broken YAML",
                        "apiVersion: kitsune.dev/v1alpha1\nkind: Wrkload\n---\na: b: c\n",
                        "2:7 UnknownKind",
                        "4:5 UnreadableFile"));
    }

    private static Stream<Arguments> trustedProxies() {
        return Stream.of(
                proxies("[10.0.0.0/8]", "3:34 WrongType | expected {hops: 1} or {cidrs: [10.0.0.0/8]}, found a list"),
                proxies("1", "3:34 WrongType | found a number"),
                proxies("{}", "3:34 MissingField | one of the fields \"hops\" and \"cidrs\""),
                proxies("{hop: 1}", "3:34 MissingField", "3:35 UnknownField | did you mean \"hops\"?"),
                proxies("{hops: 0}", "3:41 InvalidValue | a whole number from 1 to 10"),
                proxies("{hops: '1'}", "3:41 WrongType | a whole number"),
                proxies("{hops: 1, cidrs: [10.0.0.0/8]}", "3:51 InvalidValue | and not both"),
                proxies("{cidrs: []}", "3:42 InvalidValue | is empty: write at least one range"),
                proxies("{cidrs: 10.0.0.0/8}", "3:42 WrongType | a list"),
                proxies("{cidrs: [10.0.0.0/8, 10.0.0.1]}", "3:55 InvalidValue | one address is 10.1.2.3/32"),
                proxies("{cidrs: [0.0.0.0/0]}", "3:43 InvalidValue | write hops"),
                proxies("{cidrs: [10.0.0.0/33]}", "3:43 InvalidValue | found \"10.0.0.0/33\""),
                proxies("{cidrs: [10.0.0.256/8]}", "3:43 InvalidValue"),
                proxies("{cidrs: [balancer.example/8]}", "3:43 InvalidValue"),
                proxies("{cidrs: ['2001:db8::/129']}", "3:43 InvalidValue"),
                proxies("{cidrs: ['::ffff:10.0.0.0/104']}", "3:43 InvalidValue"));
    }

    private static Stream<Arguments> namespaces() {
        String selector = "{from: Selector, selector: {matchExpressions: [";
        return Stream.of(
                namespaces("{}"),
                namespaces("{from: All}"),
                namespaces("{from: Selector, selector: {}}"),
                namespaces("{from: Some}", "3:27 InvalidValue | expected one of All, Selector"),
                namespaces("{from: Selector}", "3:20 MissingField | needs the field \"selector\""),
                namespaces("{selector: {}}", "3:31 InvalidValue | no selector without `from: Selector`"),
                namespaces(
                        "{from: Selector, selector: {matchLables: {}}}",
                        "3:48 UnknownField | did you mean \"matchLabels\"?"),
                namespaces(
                        "{from: Selector, selector: {matchLabels: {a/b/c: d}}}",
                        "3:62 InvalidValue | the key of a label"),
                namespaces(
                        "{from: Selector, selector: {matchLabels: {a: 'b c'}}}",
                        "3:65 InvalidValue | the value of a label"),
                namespaces(selector + "{key: a, operator: Exists}, {key: b, operator: In, values: [c]}]}}"),
                namespaces(selector + "{key: a, operator: Has}]}}", "3:86 InvalidValue | expected one of"),
                namespaces(selector + "{operator: Exists}]}}", "3:67 MissingField | needs the field \"key\""),
                namespaces(selector + "{key: a, operator: In}]}}", "3:86 InvalidValue | one or more values with In"),
                namespaces(
                        selector + "{key: a, operator: Exists, values: [b]}]}}",
                        "3:102 InvalidValue | no values with Exists"));
    }

    private static Arguments namespaces(String written, String... expected) {
        return row(
                "namespaces " + written,
                "apiVersion: kitsune.dev/v1alpha1\nkind: Environment\nspec: {namespaces: " + written
                        + "}\nmetadata: {name: dev}\n",
                expected);
    }

    private static Stream<Arguments> reservedNames() {
        return Stream.of(
                reservedNames("{main: shop}"),
                reservedNames("[main]", "3:23 WrongType | expected a mapping"),
                reservedNames("{main: Shop}", "3:30 InvalidValue | expected a DNS label"),
                reservedNames("{main.1: shop}", "3:24 InvalidValue | \"main.1\" is not a valid name"),
                reservedNames("{main: [shop]}", "3:30 WrongType | expected text"));
    }

    private static Arguments reservedNames(String written, String... expected) {
        return row(
                "reservedNames " + written,
                "apiVersion: kitsune.dev/v1alpha1\nkind: Platform\nspec: {reservedNames: " + written
                        + "}\nmetadata: {name: kitsune}\n",
                expected);
    }

    private static Stream<Arguments> certificates() {
        String one = "{secretRef: {name: a}}";
        return Stream.of(
                certificates("{}", "3:23 MissingField | needs the field \"certificates\""),
                certificates("{certificates: []}", "3:38 InvalidValue | is empty: name the Secret of a certificate"),
                certificates("{certificates: [{}]}", "3:39 MissingField | needs the field \"secretRef\""),
                certificates(
                        "{certificates: [{secretRef: {name: a, key: b}}]}", "3:61 UnknownField | has no field \"key\""),
                certificates(
                        "{certificates: [" + one + ", " + one + "]}", "3:38 InvalidValue | two certificates without"),
                certificates(
                        "{certificates: [{hosts: [b.test, b.test], secretRef: {name: a}}]}",
                        "3:38 InvalidValue | names host \"b.test\" twice"),
                certificates(
                        "{certificates: [{hosts: [\"*\"], secretRef: {name: a}}]}",
                        "3:48 InvalidValue | such as *.preview.example.com"),
                certificates(
                        "{certificates: [{hosts: [B.test], secretRef: {name: a}}]}",
                        "3:48 InvalidValue | a host name in lower case"),
                certificates(
                        "{certificates: [" + one + "], minimumVersion: TLSv1_1}",
                        "3:80 InvalidValue | did you mean \"TLSv1_2\"?"),
                certificates("{certificates: [" + one + "], redirect: 301}", "3:74 WrongType"));
    }

    private static Arguments proxies(String written, String... expected) {
        return row(
                "trustedProxies " + written,
                "apiVersion: kitsune.dev/v1alpha1\nkind: Platform\nspec: {gateway: {trustedProxies: " + written
                        + "}}\nmetadata: {name: kitsune}\n",
                expected);
    }

    private static Arguments certificates(String written, String... expected) {
        return row(
                "gateway.tls " + written,
                "apiVersion: kitsune.dev/v1alpha1\nkind: Platform\nspec: {gateway: {tls: " + written
                        + "}}\nmetadata: {name: kitsune}\n",
                expected);
    }

    private static Stream<Arguments> protocols() {
        String workload = """
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: w, namespace: shop}
                spec: {app: a, component: c, version: v, endpoints: [], protocol: %s}
                """;
        return Stream.of(
                row("a protocol", workload.formatted("h2c")),
                row("the usual protocol", workload.formatted("http")),
                row("an unknown protocol", workload.formatted("h2"), "4:67 InvalidValue | expected h2c ("),
                row("no protocol", workload.formatted("''"), "4:67 InvalidValue"));
    }

    private static Stream<Arguments> fields() {
        return Stream.of(
                row(
                        "an unknown field",
                        virtual("paren: main", "environment: dev"),
                        "5:3 UnknownField | did you mean \"parent\"?"),
                row("case", virtual("Parent: main"), "5:3 UnknownField | did you mean \"parent\"?", "5:3 MissingField"),
                row(
                        "nothing near",
                        virtual("parent: main", "unset: {frobnicate: []}"),
                        "6:11 UnknownField | expected one of components, secrets, variables"),
                row("at the top", envelope("Platform", "{name: k}") + "sepc: {}\n", "4:1 UnknownField | \"spec\""),
                row("in metadata", envelope("Platform", "{name: k, lables: {}}"), "3:21 UnknownField | \"labels\""),
                row("a field twice", virtual("parent: a", "parent: b"), "6:3 DuplicateName | first in line 5"),
                row(
                        "an entry twice",
                        virtual("parent: a", "components: {cart: v1, pay: v1, cart: v2}"),
                        "6:35 DuplicateName | \"cart\" twice"),
                row("a merge key", virtual("parent: a", "<<: {dat: {}}"), "6:8 UnknownField | \"dat\""),
                row("a key that is a list", virtual("parent: a", "[x]: y"), "6:3 WrongType"),
                row("no spec", envelope("Workload", "{name: w}"), "1:1 MissingField | \"spec\""),
                row(
                        "no metadata",
                        "apiVersion: kitsune.dev/v1alpha1\nkind: Platform\n",
                        "1:1 MissingField | \"metadata\""),
                row("an empty spec", envelope("Platform", "{name: k}") + "spec:\n", "4:6 WrongType | found nothing"),
                row(
                        "a list for a mapping",
                        virtual("parent: a", "data: [1]"),
                        "6:9 WrongType | a mapping, found a list"),
                row("text for a list", virtual("parent: a", "mirror: x"), "6:11 WrongType | a list, found text"),
                row("a mapping for text", virtual("parent: {}"), "5:11 WrongType | text, found a mapping"),
                row("a list for a version", virtual("parent: a", "components: {a: [b]}"), "6:19 WrongType"),
                row("nothing for text", virtual("parent:"), "5:10 WrongType | text, found nothing"),
                row("a tag", virtual("parent: !env main"), "5:11 InvalidValue | tag"),
                row(
                        "everything in one object",
                        virtual("parnt: x", "components: {Cart: -v}", "mirror: [{to: A}]", "expiresAfter: {idle: 3}"),
                        "5:3 UnknownField",
                        "5:3 MissingField",
                        "6:16 InvalidValue",
                        "6:22 InvalidValue",
                        "7:12 MissingField",
                        "7:17 InvalidValue",
                        "8:24 InvalidValue",
                        "8:24 UnquotedText"));
    }

    private static Stream<Arguments> names() {
        return Stream.of(
                row(
                        "a name of two lines, in the path of what is below it",
                        virtual("parent: main", "data: {variables: {\"a\\nb\": {c: d}}}"),
                        "6:22 InvalidValue | spec.data.variables: \"a\\nb\"",
                        "6:30 WrongType | spec.data.variables.a\\nb: expected"),
                row("a name in upper case", envelope("Platform", "{name: K}"), "3:18 InvalidValue | Kubernetes name"),
                row(
                        "a dot in an environment that requests name",
                        named("VirtualEnvironment", "a.b"),
                        "3:18 InvalidValue"),
                row("no name", envelope("Platform", "{}"), "3:11 MissingField"),
                row("an empty name", envelope("Platform", "{name: \"\"}"), "3:18 InvalidValue"),
                row("a name of digits", envelope("Platform", "{name: 1234567}"), "3:18 UnquotedText"),
                row(
                        "a namespace on what has none",
                        envelope("Environment", "{name: e, namespace: shop}"),
                        "3:32 InvalidValue | no namespace"),
                row(
                        "a version with a colon",
                        virtual("parent: a", "components: {c: \"sha256:ab\"}"),
                        "6:19 InvalidValue"),
                row(
                        "a version of 64",
                        virtual("parent: a", "components: {c: " + "a".repeat(64) + "}"),
                        "6:19 InvalidValue"),
                row(
                        "variables that differ in case",
                        virtual("parent: a", "data: {variables: {dbHost: a, dbhost: b}}"),
                        "6:33 CaseConflict | \"dbhost\" and \"dbHost\""),
                row(
                        "an underscore in a variable",
                        virtual("parent: a", "data: {variables: {a_b: c}}"),
                        "6:22 InvalidValue"),
                row("a component's path", virtual("parent: a", "components: {shop/cart/x: v}"), "6:16 InvalidValue"),
                row(
                        "headers that differ in case",
                        adapter("http: {url: u, headers: {X-a: 1x, x-A: 2x}}"),
                        "5:37 CaseConflict"),
                row("a header with a space", adapter("http: {url: u, headers: {\"a b\": c}}"), "5:28 InvalidValue"));
    }

    private static Stream<Arguments> values() {
        return Stream.of(
                row("a version of digits", virtual("parent: a", "components: {c: 1234567}"), "6:19 UnquotedText"),
                row("a version with e", virtual("parent: a", "components: {c: 12e4567}"), "6:19 UnquotedText"),
                row("a version with a zero", virtual("parent: a", "components: {c: 1.10}"), "6:19 UnquotedText"),
                row("a hexadecimal version", virtual("parent: a", "components: {c: 0x1f}"), "6:19 UnquotedText"),
                row("a date", virtual("parent: a", "components: {c: 2026-01-31}"), "6:19 UnquotedText"),
                row("true", virtual("parent: true"), "5:11 UnquotedText"),
                row("null as text", virtual("parent: null"), "5:11 UnquotedText"),
                row("quoted", virtual("parent: \"true\"", "components: {c: '1.10', d: \"12e4567\"}")),
                row(
                        "a name that is a boolean",
                        virtual("parent: a", "components: {\"on\": v1, off: v1}"),
                        "6:26 UnquotedText"),
                row(
                        "variables without value",
                        virtual("parent: a", "data: {variables: {a: null, b: , c: ~, d: [null]}}"),
                        "6:25 InvalidValue | spec.unset.variables",
                        "6:33 InvalidValue",
                        "6:39 InvalidValue",
                        "6:46 InvalidValue"),
                row(
                        "variables that readers dispute",
                        virtual("parent: a", "data: {variables: {a: yes, b: 0x1f, c: 1_000, d: .inf, e: 007}}"),
                        "6:25 UnquotedText",
                        "6:33 UnquotedText",
                        "6:42 UnquotedText",
                        "6:52 UnquotedText",
                        "6:61 UnquotedText"),
                row("a mixed array", virtual("parent: a", "data: {variables: {a: [x, 1]}}"), "6:29 WrongType"),
                row("an array in an array", virtual("parent: a", "data: {variables: {a: [[x]]}}"), "6:26 WrongType"),
                row("a mapping as variable", virtual("parent: a", "data: {variables: {a: {b: c}}}"), "6:25 WrongType"),
                row(
                        "a secret in place of its reference",
                        virtual("parent: a", "data: {secrets: {pin: hunter2, key: {secretRef: {name: HUNTER2}}}}"),
                        "6:25 WrongType | a mapping, found text",
                        "6:58 InvalidValue | found something else"),
                row(
                        "durations",
                        virtual("parent: a", "expiresAfter: {idle: 1.5h, age: 30 d}"),
                        "6:24 InvalidValue | a duration such as",
                        "6:35 InvalidValue"),
                row(
                        "durations too short",
                        virtual("parent: a", "expiresAfter: {idle: 119s, age: 0s}"),
                        "6:24 InvalidValue | at least 2m, found \"119s\"",
                        "6:35 InvalidValue | at least 1s"),
                row("a boolean in quotes", virtual("parent: a", "expiresAfter: {pinned: \"true\"}"), "6:26 WrongType"),
                row("an old boolean", virtual("parent: a", "expiresAfter: {pinned: yes}"), "6:26 WrongType"),
                row("a number in quotes", mirror("percent: \"10\""), "6:43 WrongType"),
                row("a number out of range", mirror("percent: 101"), "6:43 InvalidValue | from 0 to 100"),
                row("a huge number", mirror("percent: 99999999999999999999"), "6:43 InvalidValue"),
                row("a fraction", mirror("percent: 1.5"), "6:43 WrongType | whole number"));
    }

    private static Stream<Arguments> kinds() {
        return Stream.of(
                row("an enum's hint", platform("egress: any"), "5:11 InvalidValue | did you mean \"Any\"?"),
                row("an enum's values", platform("egress: All"), "5:11 InvalidValue"),
                row(
                        "one header for both",
                        platform("context: {header: A-b, deploymentHeader: a-B}"),
                        "5:44 InvalidValue"),
                row(
                        "a preview host without its place",
                        platform("context: {host: preview.localhost}"),
                        "5:19 InvalidValue"),
                row(
                        "a preview host that is nothing but its place",
                        platform("context: {host: '{env}'}"),
                        "5:19 InvalidValue"),
                row(
                        "a preview host with an empty label",
                        platform("context: {host: '{env}..example.com'}"),
                        "5:19 InvalidValue"),
                row(
                        "token fields without token",
                        virtualEnvironment("selection: {issuer: me}"),
                        "5:23 InvalidValue | type Token"),
                row("a token without keys", virtualEnvironment("selection: {type: Token}"), "5:14 MissingField | jwks"),
                row("neither parent nor environment", virtual("data: {}"), "5:3 MissingField | inherit"),
                row("no adapter", adapter("{}"), "5:3 MissingField"),
                row("two adapters", adapter("http: {url: u}", "tcp: {address: a}"), "6:8 InvalidValue | remove one"),
                row("redirects of gRPC", adapter("grpc: {url: u, followRedirects: Never}"), "5:18 UnknownField"),
                row(
                        "a default of another type",
                        component("variables: {x: {type: Number, default: \"3\"}}"),
                        "8:46 VariableType"),
                row(
                        "a default that looks like a number",
                        component("variables: {x: {default: 3}}"),
                        "8:32 UnquotedText"),
                row(
                        "a condition",
                        component("dependencies: {a: {type: Adapter, retries: {on: [often, 503]}}}"),
                        "8:56 InvalidValue"),
                row(
                        "no time at all",
                        component("dependencies: {a: {type: Adapter, timeout: 0s}}"),
                        "8:50 InvalidValue"),
                row(
                        "a port of a component",
                        component("dependencies: {a: {type: Component, listen: 80}}"),
                        "8:51 InvalidValue"),
                row(
                        "a host name as address",
                        workload("{address: localhost, port: 1}"),
                        "8:25 InvalidValue | IP address"),
                row("no port", workload("{address: 127.0.0.1}"), "8:15 MissingField"),
                row("port 0", workload("{address: \"::1\", port: 0}"), "8:38 InvalidValue"));
    }

    static String envelope(String kind, String metadata) {
        return "apiVersion: kitsune.dev/v1alpha1\nkind: " + kind + "\nmetadata: " + metadata + "\n";
    }

    private static String named(String kind, String name) {
        return envelope(kind, "{name: " + name + "}") + "spec: {parent: main}\n";
    }

    private static String spec(String kind, String... lines) {
        StringBuilder text = new StringBuilder(envelope(kind, "{name: x, namespace: shop}")).append("spec:\n");
        Arrays.stream(lines).forEach(line -> text.append("  ").append(line).append('\n'));
        return kind.equals("Platform") || kind.equals("Environment")
                ? text.toString().replace(", namespace: shop", "")
                : text.toString();
    }

    static String virtual(String... lines) {
        return spec("VirtualEnvironment", lines);
    }

    private static String mirror(String field) {
        return virtual("parent: a", "mirror: [{component: c, to: b, " + field + "}]");
    }

    private static String platform(String... lines) {
        return spec("Platform", lines);
    }

    private static String virtualEnvironment(String... lines) {
        return spec("Environment", lines);
    }

    private static String adapter(String... lines) {
        return spec("Adapter", lines);
    }

    private static String component(String line) {
        return spec("AppDeployment", "app: shop", "components:", "  cart: {version: v1,", "    " + line + "}");
    }

    private static String workload(String endpoint) {
        return spec("Workload", "app: shop", "component: cart", "version: v1", "endpoints: [" + endpoint + "]");
    }

    private static String laughs() {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            text.append("a" + i + ": &a" + i + " [")
                    .append(("*a" + (i - 1) + ", ").repeat(4))
                    .append("x]\n");
        }
        return text.toString();
    }

    private static Arguments row(String name, String text, String... problems) {
        return Arguments.of(name, text, List.of(problems));
    }
}
