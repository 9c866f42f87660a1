package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.xds.ControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@code usage}, {@code diff} and {@code translate} with the shop of {@link ExplainCommandTest}. */
class SharingCommandsTest {
    @TempDir
    Path dir;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(dir.resolve("shop.yaml"), ExplainCommandTest.SHOP);
        Files.createDirectories(dir.resolve("secrets/pins"));
        Files.writeString(dir.resolve("secrets/pins/dev"), "a-secret-value");
    }

    private static JsonNode json(Run run) throws IOException {
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void usagePrintsTheUsersOfVersionsAndUnusedVersions() throws IOException {
        Files.writeString(dir.resolve("old.yaml"), """
                apiVersion: kitsune.dev/v1alpha1
                kind: Workload
                metadata: {name: cart-old, namespace: shop}
                spec: {app: shop, component: cart, version: c0, endpoints: [{address: 127.0.0.1, port: 19109}]}
                """);
        Run run = Run.of("usage", "--dir", dir.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("""
                VERSION        WORKLOADS  ENVIRONMENTS
                shop/cart@c1   1          1: main
                shop/cart@c2   none       1: fix
                shop/front@f1  1          2: fix, main

                ENVIRONMENT  COMPONENTS  UNIQUE TO IT
                fix          2           shop/cart@c2
                main         2           shop/cart@c1

                3 pods, one for each component version in use, where 4 would run if every virtual environment had its own: 1 saved.
                For nobody: shop/cart@c0 (workload cart-old)
                """);
        JsonNode report = json(Run.of("usage", "--dir", dir.toString(), "-o", "json"));
        assertThat(report.at("/distillation/saved").asInt()).isEqualTo(1);
    }

    @Test
    void diffOfTwoVirtualEnvironments() throws IOException {
        Run run = Run.of("diff", "main", "fix", "--dir", dir.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("""
                -  component shop/cart  c1
                +  component shop/cart  c2
                -  variable greeting    String Hello
                +  variable greeting    String Howdy
                """);
        assertThat(Run.of("diff", "fix", "fix", "--dir", dir.toString()).exitCode())
                .isZero();
        assertThat(Run.of("diff", "fix", "--dir", dir.toString()).exitCode()).isEqualTo(2);
        assertThat(Run.of("diff", "fix", "mian", "--dir", dir.toString()).err()).contains("did you mean \"main\"?");
    }

    @Test
    void diffOfAFolderAndTheServedState() throws Exception {
        Path served = Files.createDirectory(dir.resolve("served"));
        Files.writeString(served.resolve("shop.yaml"), ExplainCommandTest.SHOP);
        Files.createDirectories(served.resolve("secrets/pins"));
        Files.writeString(served.resolve("secrets/pins/dev"), "another");
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Path mine = Files.createDirectory(dir.resolve("mine"));
        Files.createDirectories(mine.resolve("secrets/pins"));
        Files.writeString(mine.resolve("secrets/pins/dev"), "a-secret-value");
        try (ControlPlane control = ControlPlane.start(served, any, any)) {
            String address = "127.0.0.1:" + control.httpPort();
            Files.writeString(mine.resolve("shop.yaml"), ExplainCommandTest.SHOP);
            Run same = Run.of("diff", "--dir", mine.toString(), "--served", address);
            assertThat(same.out()).isEmpty();
            assertThat(same.exitCode()).isZero();
            Files.writeString(mine.resolve("shop.yaml"), ExplainCommandTest.SHOP.replace("Howdy", "Ahoy"));
            Run other = Run.of("diff", "--dir", mine.toString(), "--served", address);
            assertThat(other.exitCode()).isEqualTo(1);
            assertThat(other.out()).isEqualTo("""
                    -  fix: variable greeting  String Ahoy
                    +  fix: variable greeting  String Howdy
                    """);
        }
        assertThat(Run.of("diff", "--dir", mine.toString(), "--served", "127.0.0.1:1"))
                .matches(run -> run.exitCode() == 2)
                .matches(run -> run.err().contains("no `serve` answers there"));
    }

    @Test
    void translatePrintsTheResourcesOfAProxyAndNoSecret() throws IOException {
        String[] sidecar = {
            "translate",
            "--dir",
            dir.toString(),
            "--role",
            "sidecar",
            "--app",
            "shop",
            "--component",
            "front",
            "--version",
            "f1",
            "--inbound-port",
            "1001",
            "--outbound-port",
            "1002",
            "--app-port",
            "1003"
        };
        Run all = Run.of(sidecar);
        assertThat(all.exitCode()).isZero();
        assertThat(all.out())
                .contains("listeners:\n", "name: in/shop/front@f1/1003/fix", "value: \"[secret] pins[dev]\"")
                .doesNotContain("a-secret-value");
        JsonNode routes = json(Run.of(
                "translate",
                "--dir",
                dir.toString(),
                "--role",
                "gateway",
                "--listen-port",
                "1000",
                "--env",
                "fix",
                "--type",
                "scopes",
                "--type",
                "routes",
                "-o",
                "json"));
        assertThat(routes.properties()).extracting(java.util.Map.Entry::getKey).containsExactly("scopes", "routes");
        assertThat(routes.path("scopes").findValuesAsText("name"))
                .containsExactly("on-demand/gw/-", "on-demand/gw/fix");
        assertThat(Run.of("translate", "--dir", dir.toString(), "--role", "gateway")
                        .err())
                .contains("--listen-port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scopes", "scope", "Scopes", "srds", "scoped-route"})
    void translateAcceptsTheShortNamesOfTypes(String type) throws IOException {
        Run run = translate(type);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(json(run).properties())
                .extracting(java.util.Map.Entry::getKey)
                .containsExactly("scopes");
    }

    @Test
    void translateNamesTheTypesIfNoneIsGiven() {
        Run run = translate("claster");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'--type'", "did you mean \"cluster\"?", "listeners, scopes, routes, clusters");
        assertThat(translate("widget").err())
                .contains("listeners, scopes, routes, clusters")
                .doesNotContain("mean");
    }

    private Run translate(String type) {
        return Run.of(
                "translate",
                "--dir",
                dir.toString(),
                "--role",
                "gateway",
                "--listen-port",
                "1000",
                "--type",
                type,
                "-o",
                "json");
    }

    @Test
    void translatePrintsTheResourcesOfAGrpcClientForAllItsDependencies() throws IOException {
        String ledger = """
                ---
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: pay-main, namespace: shop}
                spec: {app: pay, components: {ledger: {version: l1}}}
                """;
        Files.writeString(
                dir.resolve("shop.yaml"),
                ExplainCommandTest.SHOP
                                .replace(
                                        "{cart: {type: Component}}",
                                        "{cart: {type: Component}, pay/ledger: {type: Component}}")
                                .replace(
                                        "{shop: {appDeployment: shop-main}}",
                                        "{shop: {appDeployment: shop-main}, pay: {appDeployment: pay-main}}")
                        + ledger);
        List<String> grpc = List.of(
                "translate", "--dir", dir.toString(), "--role", "grpc", "--app", "shop", "--component", "front");
        JsonNode printed = json(Run.of(with(grpc, "--version", "f1", "-o", "json")));
        assertThat(printed.path("listeners").findValuesAsText("name"))
                .contains("grpc/shop/front@f1/-/cart", "grpc/shop/front@f1/-/ledger.pay");
        assertThat(names(printed, "routes"))
                .containsExactly("grpc/shop/front@f1/pay/ledger/*/-", "grpc/shop/front@f1/shop/cart/*/-");
        assertThat(names(printed, "clusters"))
                .contains(
                        "component/dev/pay/ledger@l1",
                        "component/dev/shop/cart@c1",
                        "component/dev/shop/cart@c2",
                        "refused/unknown-environment");
        assertThat(printed.path("endpoints").findValuesAsText("cluster_name"))
                .contains("component/dev/shop/cart@c1", "refused/unknown-environment");
        assertThat(printed.path("scopes")).isEmpty();
        assertThat(printed.path("secrets")).isEmpty();
        assertThat(Run.of(with(grpc))).matches(run -> run.exitCode() == 2).matches(run -> run.err()
                .contains("add --version"));
        assertThat(Run.of(with(grpc, "--version", "f9")).err()).contains("may act for no virtual environment");
        assertThat(Run.of(with(grpc, "--version", "f1", "--env", "fix")).err())
                .contains("one table for all virtual environments");
    }

    private static List<String> names(JsonNode printed, String type) {
        List<String> names = new ArrayList<>();
        printed.path(type).forEach(resource -> names.add(resource.path("name").asText()));
        return names;
    }

    private static String[] with(List<String> arguments, String... more) {
        return Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new);
    }
}
