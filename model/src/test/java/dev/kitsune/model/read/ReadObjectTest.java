package dev.kitsune.model.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.position.Position;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadObjectTest {
    private static final String OBJECT = """
            {"apiVersion": "kitsune.dev/v1alpha1", "kind": "VirtualEnvironment",
             "metadata": {"name": "fix", "namespace": "shop"},
             "spec": %s}""";

    private static ReadResult read(String spec) {
        return ManifestReader.readObject("VirtualEnvironment/shop/fix", OBJECT.formatted(spec));
    }

    @Test
    void aProblemShowsThePathOfItsFieldInPlaceOfALine() {
        ReadResult result = read("{\"parent\": \"main\", \"data\": {\"variables\": {\"a b\": 1}}}");

        assertThat(result.manifests()).isEmpty();
        assertThat(result.problems())
                .singleElement()
                .asString()
                .startsWith("VirtualEnvironment/shop/fix spec.data.variables.a b error InvalidValue ");
    }

    @Test
    void aProblemOfTheWholeObjectShowsTheObjectAlone() {
        ReadResult result = ManifestReader.readObject("VirtualEnvironment/shop/fix", "[]");

        assertThat(result.problems())
                .singleElement()
                .asString()
                .startsWith("VirtualEnvironment/shop/fix error UnknownKind ");
    }

    @Test
    void fieldsKeepTheirOrder() {
        ReadResult result = read("{\"parent\": \"main\", \"components\": {\"cart\": \"c2\", \"catalog\": \"k2\"}}");

        Map<String, Position> positions = result.manifests().get(0).positions();
        assertThat(positions.values()).noneMatch(Position::hasLine);
        assertThat(positions.get("spec.components.cart")).isLessThan(positions.get("spec.components.catalog"));
        assertThat(result.manifests().get(0).at("spec.components.cart")).hasToString("VirtualEnvironment/shop/fix");
    }
}
