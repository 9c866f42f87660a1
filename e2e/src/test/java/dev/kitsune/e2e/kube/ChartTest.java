package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.e2e.process.Repository;
import dev.kitsune.envoy.bootstrap.CredentialFolder;
import dev.kitsune.envoy.bootstrap.CredentialFolder.SecretFile;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.cli.KitsuneCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the chart that repeat something of the program agree with it. */
class ChartTest {
    private static final Path DEFINITIONS =
            Repository.root().resolve("k8s-watcher/src/main/resources/dev/kitsune/k8s/crd");
    private static final Path POLICIES =
            Repository.root().resolve("k8s-watcher/src/main/resources/dev/kitsune/k8s/admission");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return texts;
    }

    @Test
    void theDefinitionsAreThoseOfTheProgram() throws Exception {
        assertThat(files(Helm.CHART.resolve("definitions")))
                .as("copy the files of %s", DEFINITIONS)
                .hasSize(6)
                .isEqualTo(files(DEFINITIONS));
    }

    @Test
    void thePoliciesAreThoseOfTheProgram() throws Exception {
        assertThat(files(Helm.CHART.resolve("admission")))
                .as("copy the files of %s", POLICIES)
                .hasSize(2)
                .isEqualTo(files(POLICIES));
    }

    @Test
    void theBootstrapOfGatewaysIsThatOfTheProgram() throws Exception {
        assertThat(Helm.CHART.resolve("files/gateway.yaml")).content().isEqualTo(bootstrap());
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTHORITIES", "TOKEN"})
    void theFilesOfGatewaysAreThoseOfTheProgram(SecretFile file) {
        assertThat(Helm.CHART.resolve("files/credentials").resolve(file.fileName()))
                .content()
                .isEqualTo(CredentialFolder.text(file, "/etc/kitsune"));
    }

    /** Returns what {@code kitsune bootstrap} prints for the gateways of the chart. */
    static String bootstrap() {
        StringWriter out = new StringWriter();
        int code = KitsuneCommand.commandLine("kitsune")
                .setOut(new PrintWriter(out, true))
                .execute(
                        "bootstrap",
                        "--role",
                        "gateway",
                        "--listen-port",
                        "8080",
                        "--listen-address",
                        "::",
                        "--admin-port",
                        "9901",
                        "--xds",
                        "kitsune.kitsune.svc:18000",
                        "--tls",
                        "/etc/kitsune");
        assertThat(code).isZero();
        // The authorities are those of Envoy's image, and not those of this machine.
        return out.toString().replaceFirst("filename: \\S+", "filename: /etc/ssl/certs/ca-certificates.crt");
    }

    @Test
    void theVersionIsThatOfTheProgram() throws Exception {
        String version = Pattern.compile("<artifactId>kitsune</artifactId>\\s*<version>([^<]+)<")
                .matcher(Files.readString(Repository.root().resolve("pom.xml")))
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow();

        assertThat(YAML.readTree(Helm.CHART.resolve("Chart.yaml").toFile())
                        .get("appVersion")
                        .asText())
                .isEqualTo(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rules.yaml", "dashboard.json"})
    void alertsAndPanelsUseMetricsThatExist(String file, @TempDir Path folder) throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (ControlPlane control = ControlPlane.start(folder, any, any)) {
            URI uri = URI.create("http://127.0.0.1:" + control.httpPort() + "/metrics");
            String scraped = PlainClient.create()
                    .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();

            assertThat(found(
                            "\\b(?:kitsune|jvm)_\\w+",
                            Files.readString(Helm.CHART.resolve("files").resolve(file))))
                    .hasSizeGreaterThan(3)
                    .isSubsetOf(found("(?m)^\\w+", scraped));
        }
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A value is in the schema with a description, and in the table of the page. */
    @Test
    void everyValueIsDescribed() throws Exception {
        JsonNode schema = new ObjectMapper()
                .readTree(Helm.CHART.resolve("values.schema.json").toFile());
        Set<String> values = new TreeSet<>();
        collect("", YAML.readTree(Helm.CHART.resolve("values.yaml").toFile()), schema, values);

        assertThat(values).contains("replicas", "gateway.service.type", "monitoring.rules", "resources");
        String page = Files.readString(Repository.root().resolve("docs/kubernetes.md"));
        assertThat(values).allSatisfy(value -> assertThat(page).contains("| `" + value + "` |"));
    }

    private static void collect(String prefix, JsonNode values, JsonNode schema, Set<String> names) {
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            String name = prefix + value.getKey();
            JsonNode described = schema.at("/properties/" + value.getKey());
            assertThat(described.path("description").asText()).as(name).isNotEmpty();
            boolean groups = described.has("properties") && !value.getKey().equals("resources");
            if (groups) {
                assertThat(described.get("additionalProperties").asBoolean(true))
                        .as(name)
                        .isFalse();
                collect(name + ".", value.getValue(), described, names);
            } else {
                names.add(name);
            }
        }
    }
}
