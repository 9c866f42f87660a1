package dev.kitsune.xds.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.kitsune.xds.edit.YamlText.UneditableException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class YamlTextTest {
    private static final String WRITTEN = """
            # Who owns this file
            kind: Environment
            metadata: {name: dev}
            ---
            # The fix of the cart
            kind: VirtualEnvironment   # a comment
            metadata: {name: fix}
            spec:
              parent: main # its parent
              data:
                # What it says
                variables:
                  greeting: Howdy   # not Hello
                  # The last word stays
              components: {cart: c2}
            # The end
            ---
            kind: Workload
            """;

    private static FieldChange change(@Nullable JsonNode value, String... path) {
        return new FieldChange(List.of(path), value);
    }

    private static String edited(FieldChange... changes) throws UneditableException {
        return new YamlText(WRITTEN).with(6, List.of(changes)).text();
    }

    private static TextNode text(String text) {
        return TextNode.valueOf(text);
    }

    @Test
    void aValueIsReplacedWhereItStands() throws UneditableException {
        assertThat(edited(change(text("Hi"), "spec", "data", "variables", "greeting")))
                .isEqualTo(WRITTEN.replace("Howdy", "Hi"));
        assertThat(edited(change(text("12e4"), "spec", "components", "cart")))
                .isEqualTo(WRITTEN.replace("c2", "\"12e4\""));
    }

    @Test
    void aFieldIsAddedBehindTheLastOne() throws UneditableException {
        assertThat(edited(change(BooleanNode.TRUE, "spec", "data", "variables", "beta")))
                .isEqualTo(WRITTEN.replace("# not Hello\n", "# not Hello\n      beta: true\n"));
        assertThat(edited(change(text("f2"), "spec", "components", "front")))
                .isEqualTo(WRITTEN.replace("{cart: c2}", "{cart: c2, front: f2}"));
        assertThat(edited(change(text("72h"), "spec", "expiresAfter", "idle")))
                .isEqualTo(WRITTEN.replace("{cart: c2}\n", "{cart: c2}\n  expiresAfter: {idle: 72h}\n"));
    }

    @Test
    void aFieldIsRemovedWithWhatIsEmptyThen() throws UneditableException {
        assertThat(edited(change(null, "spec", "components", "cart")))
                .isEqualTo(WRITTEN.replace("  components: {cart: c2}\n", ""));
        assertThat(edited(
                        change(text("f2"), "spec", "components", "front"), change(null, "spec", "components", "cart")))
                .isEqualTo(WRITTEN.replace("{cart: c2}", "{front: f2}"));
        assertThat(edited(
                        change(text("f2"), "spec", "components", "front"), change(null, "spec", "components", "front")))
                .isEqualTo(WRITTEN);
        assertThat(edited(change(null, "spec", "nothing", "there"))).isEqualTo(WRITTEN);
    }

    @Test
    void severalChangesAreMadeOneAfterTheOther() throws UneditableException {
        assertThat(edited(
                        change(text("nö: 'x'"), "spec", "data", "variables", "ü"),
                        change(text("yes"), "spec", "data", "variables", "greeting")))
                .isEqualTo(WRITTEN.replace("Howdy", "\"yes\"")
                        .replace("# not Hello\n", "# not Hello\n      \"ü\": \"nö: 'x'\"\n"));
    }

    @Test
    void aTextWithoutAFinalLineBreakGetsOne() throws UneditableException {
        assertThat(new YamlText("kind: A\nspec:\n  a: b")
                        .with(1, List.of(change(text("d"), "spec", "c")))
                        .text())
                .isEqualTo("kind: A\nspec:\n  a: b\n  c: d\n");
    }

    @Test
    void whatCannotBeChangedIsLeftToTheUser() {
        YamlText merged = new YamlText("base: &base {a: b}\nspec: *base\n");
        assertThatThrownBy(() -> merged.with(1, List.of(change(text("d"), "spec", "c"))))
                .isInstanceOf(UneditableException.class)
                .hasMessageContaining("change it in an editor");
        assertThatThrownBy(() -> new YamlText("a: [").with(1, List.of(change(text("b"), "a"))))
                .isInstanceOf(UneditableException.class)
                .hasMessageContaining("no valid YAML");
    }

    @Test
    void aDocumentIsRemovedWithItsComments() {
        assertThat(new YamlText(WRITTEN).without(6).text())
                .isEqualTo(WRITTEN.substring(0, WRITTEN.indexOf("---\n")) + "---\nkind: Workload\n");
        assertThat(new YamlText(WRITTEN).without(2).text()).isEqualTo(WRITTEN.substring(WRITTEN.indexOf("---\n") + 4));
        assertThat(new YamlText("kind: A\n").without(1).text()).isEmpty();
    }
}
