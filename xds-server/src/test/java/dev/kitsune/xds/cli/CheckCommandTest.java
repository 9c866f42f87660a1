package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kitsune.xds.tls.CertificateAuthority;
import dev.kitsune.xds.tls.KeyedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    private static final String VALID = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {data: {variables: {greeting: Hello}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main}
            spec: {environment: dev}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @BeforeEach
    void writeValid() throws IOException {
        Files.writeString(folder.resolve("good.yaml"), VALID);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void aCleanFolderIsCode0AndNothingOnStandardOutput() {
        Run run = Run.of("check", folder.toString());

        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualToIgnoringNewLines("no problems");
    }

    @Test
    void everyErrorIsOneLineWithItsPositionAndTheCodeIs1() throws IOException {
        write(
                "bad.yaml",
                VALID.replace("main", "other").replace("environment: dev", "environmnt: dev") + "colour: red\n");

        Run run = Run.of("check", folder.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out().lines())
                .isNotEmpty()
                .allMatch(line -> line.matches("\\S+:\\d+:\\d+ (error|warning) \\w+ .+"));
        assertThat(run.out()).containsPattern("bad\\.yaml:9:\\d+ error UnknownField .*environment");
        assertThat(run.err()).containsPattern("\\d+ errors?, \\d+ warnings?");
    }

    @Test
    void onlyWarningsAreCode0() throws IOException {
        write("unset.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: other}
                spec: {environment: dev, unset: {variables: [nothing]}}
                """);

        Run run = Run.of("check", folder.toString());

        assertThat(run.out()).contains(" warning NothingToUnset ");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("0 errors, 1 warning");
    }

    @Test
    void jsonAndYamlHoldTheSame() throws IOException {
        write("broken.yaml", "kind: [\n");

        Run json = Run.of("check", folder.toString(), "-o", "json");
        Run yaml = Run.of("check", folder.toString(), "-o", "yaml");

        JsonNode report = new ObjectMapper().readTree(json.out());
        assertThat(report.get("errors").asInt()).isEqualTo(1);
        assertThat(report.at("/problems/0/code").asText()).isEqualTo("UnreadableFile");
        assertThat(report.at("/problems/0/file").asText()).isEqualTo("broken.yaml");
        assertThat(new YAMLMapper().readTree(yaml.out())).isEqualTo(report);
        assertThat(json.exitCode()).isEqualTo(1);
    }

    @Test
    void aProblemNamesItsObjectAndTheFieldInside() throws IOException {
        write("broken.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: odd}
                spec: {data: {variables: {greeting: {a: b}}}}
                """);

        JsonNode report = new ObjectMapper()
                .readTree(Run.of("check", folder.toString(), "-o", "json").out());

        assertThat(report.at("/problems/0/object").asText()).isEqualTo("Environment/odd");
        assertThat(report.at("/problems/0/field").asText()).isEqualTo("spec.data.variables.greeting");
    }

    @Test
    void aMissingFolderIsCode2AndASentence() {
        Run run = Run.of("check", folder.resolve("nowhere").toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("there is no folder", "nowhere", "create it");
    }

    @Test
    void aFileInsteadOfAFolderIsCode2AndASentence() {
        Run run = Run.of("check", folder.resolve("good.yaml").toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("is a file", "name the folder");
    }

    @Test
    void noFolderIsCode2() {
        assertThat(Run.of("check").exitCode()).isEqualTo(2);
    }

    @Test
    void aCertificateThatExpiresSoonIsAWarning() throws IOException {
        write("platform.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Platform
                metadata: {name: kitsune}
                spec: {gateway: {tls: {certificates: [{secretRef: {name: shop-tls}}]}}}
                """);
        KeyedCertificate soon = CertificateAuthority.create(InstantSource.system())
                .server(List.of("shop.example.com"), Duration.ofDays(3));
        Files.createDirectories(folder.resolve("secrets/shop-tls"));
        write("secrets/shop-tls/tls.crt", soon.certificatePem());
        write("secrets/shop-tls/tls.key", soon.keyPem());

        Run run = Run.of("check", folder.toString());

        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out()).contains("platform.yaml:4:", "warning ExpiringCertificate", "secret shop-tls expires at");
    }
}
