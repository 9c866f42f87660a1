package dev.kitsune.k8s.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironment.ComponentOverride;
import dev.kitsune.model.problem.Problem;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadResourceTest {
    private static ReadResource virtualEnvironment(String spec) {
        return ReadResource.of(Kind.VirtualEnvironment, Yaml.virtualEnvironment("shop", "fix", spec));
    }

    private static VirtualEnvironment spec(ReadResource read) {
        Manifest<?> manifest = Objects.requireNonNull(read.manifest());
        return (VirtualEnvironment) manifest.spec();
    }

    @Test
    void aResourceIsReadLikeAFile() {
        ReadResource read = virtualEnvironment("{parent: main, components: {cart: c2}}");

        assertThat(read.problems()).isEmpty();
        assertThat(read.key()).isEqualTo(new ObjectKey(Kind.VirtualEnvironment, "shop", "fix"));
        assertThat(read.created()).isEqualTo(Instant.parse("2026-11-30T10:00:00Z"));
        assertThat(spec(read).components())
                .containsOnlyKeys("cart")
                .extractingByKey("cart")
                .extracting(ComponentOverride::version)
                .isEqualTo("c2");
    }

    @Test
    void aClusterScopedResourceHasNoNamespace() {
        ReadResource read = ReadResource.of(Kind.Environment, Yaml.environment("dev", "{}"));

        assertThat(read.problems()).isEmpty();
        assertThat(read.key()).isEqualTo(new ObjectKey(Kind.Environment, "", "dev"));
    }

    @Test
    void aProblemNamesTheObjectAndItsField() {
        ReadResource read = virtualEnvironment("{parent: main, componets: {cart: c2}}");

        assertThat(read.manifest()).isNull();
        assertThat(read.problems())
                .extracting(Problem::toString)
                .containsExactly("VirtualEnvironment/shop/fix spec.componets error UnknownField spec has no field"
                        + " \"componets\"; did you mean \"components\"?");
    }

    /** The API server accepts a dot in a name; Kitsune does not. */
    @Test
    void aResourceWhoseNameCannotBeReadIsStillNamed() {
        ReadResource read =
                ReadResource.of(Kind.VirtualEnvironment, Yaml.virtualEnvironment("shop", "a.b", "{parent: main}"));

        assertThat(read.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.object()).isEqualTo(new ObjectKey(Kind.VirtualEnvironment, "shop", "a.b"));
            assertThat(problem.field()).isEqualTo("metadata.name");
        });
    }

    @Test
    void aSecretsValueWrittenInPlaceOfAReferenceIsNotRepeated() {
        ReadResource read =
                virtualEnvironment("{parent: main, data: {secrets: {key: {secretRef: {name: sk_Live_1}}}}}");

        assertThat(read.problems()).singleElement().asString().doesNotContain("sk_Live_1");
    }

    /** They are text for apps, so they must have the digits that the API server shows. */
    @ParameterizedTest
    @CsvSource({
        "0.0001, 0.0001",
        "1.5, 1.5",
        "-2.25, -2.25",
        "3, 3",
        "12345678901234567890, 12345678901234567890",
        "100000000.5, 100000000.5"
    })
    void aNumberKeepsItsDigits(String written, String text) {
        ReadResource read = virtualEnvironment("{parent: main, data: {variables: {n: " + written + "}}}");

        assertThat(spec(read).data().variables()).isEqualTo(Map.of("n", new Value.Numeric(text)));
    }

    @Test
    void aResourceThatCannotBeReadHasTheVersionThatWasServedLast() {
        GenericKubernetesResource resource = Yaml.virtualEnvironment("shop", "fix", "{parent: [main]}");
        resource.setAdditionalProperty(
                "status", Map.of("lastGood", Map.of("generation", 3, "spec", Map.of("parent", "main"))));

        ReadResource read = ReadResource.of(Kind.VirtualEnvironment, resource);

        assertThat(read.manifest()).isNull();
        assertThat(read.problems()).isNotEmpty();
        assertThat(read.lastGood())
                .isEqualTo(virtualEnvironment("{parent: main}").manifest());
    }

    @Test
    void aStatusIsNoPartOfTheManifest() {
        GenericKubernetesResource resource = Yaml.virtualEnvironment("shop", "fix", "{parent: main}");
        resource.setAdditionalProperty("status", Map.of("problemCount", 0));

        assertThat(ReadResource.of(Kind.VirtualEnvironment, resource).manifest())
                .isEqualTo(virtualEnvironment("{parent: main}").manifest());
    }
}
