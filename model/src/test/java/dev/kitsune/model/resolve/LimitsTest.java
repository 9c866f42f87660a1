package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** A value that Envoy would refuse, or that would crash it, is a problem at its position. Other values are not. */
class LimitsTest {
    /** The adapter {@code x} is in the lines 1 to 4, and its spec in line 4. */
    private static List<Problem> problems(String x) {
        ReadResult read = ManifestReader.read("x.yaml", x + Shop.ENVIRONMENT + Shop.DEPLOYMENT + Shop.MAIN);
        PMap<ObjectKey, Manifest<?>> manifests = HashTreePMap.empty();
        for (Manifest<?> manifest : read.manifests()) {
            manifests = manifests.plus(manifest.key(), manifest);
        }
        Catalog catalog = new Catalog(manifests, HashTreePMap.empty(), false);
        Resolution resolution = Resolver.resolve(new CatalogChange(catalog, Set.of(), Set.of(), List.of()));
        return Stream.concat(read.problems().stream(), resolution.problems().stream())
                .filter(problem -> problem.position().line() <= 4)
                .toList();
    }

    private static String adapter(String spec) {
        return Shop.object("Adapter", "shop", "x", spec);
    }

    private static String http(String rest) {
        return adapter("http: {url: 'https://api.example.com/', " + rest + "}");
    }

    private static String alpn(String protocols) {
        return http("tls: {alpn: [" + protocols + "]}");
    }

    private static String headers(int count) {
        return http("headers: {"
                + IntStream.range(0, count).mapToObj(i -> "x-" + i + ": a").collect(Collectors.joining(", "))
                + "}");
    }

    private static String header(String value) {
        return http("headers: {x-long: \"" + value + "\"}");
    }

    private static String variables(int count) {
        return Shop.object(
                "AppDeployment",
                "shop",
                "x",
                "app: other, components: {c: {version: v1, variables: {"
                        + IntStream.range(0, count)
                                .mapToObj(i -> "v" + i + ": {}")
                                .collect(Collectors.joining(", "))
                        + "}}}");
    }

    private static String platform(String context) {
        return Shop.object("Platform", "", "kitsune", "context: {" + context + "}");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aValueThatEnvoyWouldRefuseIsAProblem(String name, String x, ProblemCode code, String after, String message) {
        String[] lines = x.split("\n", -1);
        int column = lines[3].indexOf(after) + after.length() + 1;

        assertThat(problems(x)).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(code);
            assertThat(problem.position()).hasToString("x.yaml:4:" + column);
            assertThat(problem.message()).contains(message);
        });
    }

    static Stream<Arguments> aValueThatEnvoyWouldRefuseIsAProblem() {
        ProblemCode invalid = ProblemCode.InvalidValue;
        ProblemCode undeliverable = ProblemCode.ValueNotDeliverable;
        String many = IntStream.range(0, 300).mapToObj(i -> "p".repeat(255)).collect(Collectors.joining(","));
        return Stream.of(
                row("a comma in ALPN", alpn("\"h2,\""), invalid, "alpn: [", "without \",\""),
                row("an empty ALPN", alpn("\"\""), invalid, "alpn: [", "1 to 255"),
                row("a second ALPN that is empty", alpn("h2, \"\""), invalid, "alpn: [h2, ", "1 to 255"),
                row("a long ALPN", alpn("p".repeat(256)), invalid, "alpn: [", "1 to 255"),
                row("long ALPNs together", alpn(many), invalid, "alpn: ", "65535 bytes"),
                row("a long header", header("a".repeat(16_385)), undeliverable, "x-long: ", "16384 bytes"),
                row("a header that is doubled", header("%".repeat(8_193)), undeliverable, "x-long: ", "16384 bytes"),
                row("a control character", header("\\u0001"), undeliverable, "x-long: ", "control character"),
                row("a deletion", header("\\x7F"), undeliverable, "x-long: ", "control character"),
                row("1,001 headers", headers(1_001), invalid, "headers: ", "at most 500"),
                row("501 variables", variables(501), invalid, "variables: ", "at most 500"),
                row("a hop's header", http("headers: {Proxy-Status: a}"), invalid, "Proxy-Status: ", "Proxy-Status"),
                row(
                        "a long name of a server",
                        http("tls: {serverName: " + "s".repeat(300) + "}"),
                        invalid,
                        "serverName: ",
                        "at most 253"),
                row(
                        "a name of a server with a space",
                        http("tls: {serverName: 'a b'}"),
                        invalid,
                        "serverName: ",
                        "a host name"),
                row("a zone", adapter("http: {url: 'http://[::1%lo]:80/'}"), invalid, "url: ", ""),
                row("a zone of TCP", adapter("tcp: {address: '[fe80::1%eth0]:80'}"), invalid, "address: ", ""),
                row("host", platform("header: host"), invalid, "header: ", "such as kitsune-env"),
                row("length", platform("header: Content-Length"), invalid, "header: ", "such as kitsune-env"),
                row("encoding", platform("header: transfer-encoding"), invalid, "header: ", "such as kitsune-env"),
                row("scope", platform("header: kitsune-scope"), invalid, "header: ", "such as kitsune-env"),
                row("a pseudo header", platform("header: ':path'"), invalid, "header: ", "the name of a header"),
                row("a deployment's", platform("deploymentHeader: te"), invalid, "Header: ", "such as kitsune-dep"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aValueThatEnvoyAcceptsIsNoProblem(String name, String x) {
        assertThat(problems(x)).isEmpty();
    }

    static Stream<Arguments> aValueThatEnvoyAcceptsIsNoProblem() {
        return Stream.of(
                Arguments.of("ALPN", alpn("h2, http/1.1, " + "p".repeat(255))),
                Arguments.of("the longest header", header("a".repeat(16_384))),
                Arguments.of("a tab", header("a\\tb")),
                Arguments.of("beyond ASCII", header("caf\\u00e9")),
                Arguments.of("500 headers", headers(500)),
                Arguments.of("500 variables", variables(500)),
                Arguments.of("a name", http("tls: {serverName: api.example.com}")),
                Arguments.of("an address", http("tls: {serverName: '::1'}")),
                Arguments.of("a context header", platform("header: x-environment, deploymentHeader: x-deployment")),
                Arguments.of("the usual ones", platform("header: kitsune-env, deploymentHeader: kitsune-dep")));
    }

    private static Arguments row(String name, String x, ProblemCode code, String after, String message) {
        return Arguments.of(name, x, code, after, message);
    }
}
