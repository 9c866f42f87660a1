package dev.kitsune.model.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads text that other programs write: strict JSON, tags, merge keys, byte order marks, and other line breaks. */
class OtherWritersTest {
    private static final String HEAD = "apiVersion: kitsune.dev/v1alpha1\nkind: Environment\nmetadata: {name: dev}\n";

    private static String virtualEnvironment(String name, String variables) {
        return HEAD.replace("dev}", name + "}") + "spec:\n  data:\n    variables:" + variables + "\n";
    }

    private static String json(String variables) {
        return """
                {"apiVersion": "kitsune.dev/v1alpha1", "kind": "Environment", "metadata": {"name": "dev"},
                 "spec": {"data": {"variables": %s}}}
                """.formatted(variables);
    }

    private static Map<String, Value> variables(String text) {
        ReadResult result = ManifestReader.read("a.yaml", text);
        assertThat(result.problems()).isEmpty();
        assertThat(result.manifests()).hasSize(1);
        return variables(result.manifests().get(0));
    }

    private static Map<String, Value> variables(Manifest<?> manifest) {
        return ((Environment) manifest.spec()).data().variables();
    }

    private static List<String> names(String text) {
        ReadResult result = ManifestReader.read("a.yaml", text);
        assertThat(result.problems()).isEmpty();
        return result.manifests().stream().map(m -> m.key().name()).toList();
    }

    private static String problems(String text) {
        return String.join(
                "\n",
                ManifestReader.read("a.yaml", text).problems().stream()
                        .map(Problem::toString)
                        .toList());
    }

    @Test
    void jsonMayEscapeAnyCharacter() {
        Map<String, Value> variables = variables(
                json("{\"url\": \"http:\\/\\/x\", \"smile\": \"\\ud83d\\ude00\", \"e\": \"\\u00e9\", \"n\": 1.50}"));

        assertThat(variables)
                .containsEntry("url", new Value.Text("http://x"))
                .containsEntry("smile", new Value.Text("\ud83d\ude00"))
                .containsEntry("e", new Value.Text("\u00e9"))
                .containsEntry("n", new Value.Numeric("1.50"));
    }

    @Test
    void textInYamlMayEscapeASlash() {
        assertThat(variables(virtualEnvironment("dev", " {url: \"http:\\/\\/x\"}")))
                .containsEntry("url", new Value.Text("http://x"));
    }

    @Test
    void aKeyOfJsonMayHaveAnyLength() {
        String text = json("{}")
                .replace("\"metadata\": {", "\"status\": {\"" + "k".repeat(70_000) + "\": 1}, \"metadata\": {");

        assertThat(variables(text)).isEmpty();
    }

    @Test
    void jsonMayBeIndentedByTabsAndFollowAMarker() {
        assertThat(names("---\n" + json("{}").replace("\n ", "\n\t") + "---\n" + virtualEnvironment("b", " {}")))
                .containsExactly("dev", "b");
    }

    @Test
    void jsonMayHoldSeveralObjects() {
        assertThat(names(json("{}") + json("{}").replace("dev\"}", "b\"}"))).containsExactly("dev", "b");
    }

    @Test
    void aPositionInJsonIsItsLineAndColumn() {
        assertThat(problems("\n" + json("{\"a\": null}"))).startsWith("a.yaml:3:39 error InvalidValue");
        assertThat(problems("---\n  " + json("{}").replace("Environment", "Envronment")))
                .startsWith("a.yaml:2:50 error UnknownKind");
    }

    @Test
    void aDuplicateKeyInJsonIsAProblem() {
        assertThat(problems(json("{\"a\": 1, \"a\": 2}"))).contains("2:42 error DuplicateName");
    }

    @Test
    void aLoneSurrogateIsAProblem() {
        assertThat(problems(json("{\"a\": \"\\ud83d\"}")))
                .contains("2:39 error InvalidValue")
                .contains("surrogate");
        assertThat(problems(virtualEnvironment("dev", " {a: \"\\ud83d\"}"))).contains("InvalidValue");
    }

    @Test
    void aTagForTextTurnsANumberIntoText() {
        assertThat(variables(virtualEnvironment("dev", " {motto: !!str 2024, flag: !!str true, none: !!str }"))
                        .toString())
                .isEqualTo(variables(virtualEnvironment("dev", " {motto: \"2024\", flag: \"true\", none: \"\"}"))
                        .toString());
    }

    @Test
    void aTagOfTheValuesOwnTypeIsAccepted() {
        assertThat(variables(virtualEnvironment(
                        "dev", " !!map {a: !!int 5, b: !!float 1.5, c: !!bool true, d: !!seq [!!str x]}")))
                .containsEntry("a", new Value.Numeric("5"))
                .containsEntry("b", new Value.Numeric("1.5"))
                .containsEntry("c", new Value.Bool(true))
                .containsEntry("d", new Value.Array(List.of(new Value.Text("x"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"!!int \"5\"", "!!binary aGk=", "!!timestamp 2024-01-01", "!mine x", "!!set {a}", "!!foo x"})
    void anyOtherTagIsAProblem(String value) {
        assertThat(problems(virtualEnvironment("dev", " {a: " + value + "}")))
                .contains("6:20 error InvalidValue spec.data.variables.a: the YAML tag \""
                        + value.substring(0, value.indexOf(" ")) + "\"")
                .contains("remove it");
    }

    @Test
    void mergeKeysAddMissingEntries() {
        String text = HEAD + """
                spec:
                  data:
                    variables: {<<: [*own, *far], own: x}
                """;
        String anchors = HEAD.replace(
                "{name: dev}",
                "\n  name: dev\n  annotations:\n    near: &own {near: a, own: b}\n"
                        + "    far: &far {<<: {deep: d}, near: c, far: e}");

        assertThat(variables(text.replace(HEAD, anchors)))
                .isEqualTo(Map.of(
                        "near", new Value.Text("a"),
                        "own", new Value.Text("x"),
                        "deep", new Value.Text("d"),
                        "far", new Value.Text("e")));
    }

    @Test
    void mergeKeysAddFieldsToo() {
        assertThat(variables(HEAD + "spec: {<<: {data: {variables: {a: x}}}}\n"))
                .containsEntry("a", new Value.Text("x"));
    }

    @Test
    void problemsOfMergedEntriesAreAtTheirOwnPosition() {
        assertThat(problems(virtualEnvironment("dev", "\n      <<: {a: ~}\n      b: x")))
                .startsWith("a.yaml:7:15 error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "[x]", "", "[[{a: b}]]"})
    void onlyMappingsCanBeMerged(String value) {
        assertThat(problems(virtualEnvironment("dev", "\n      <<: " + value + "\n      b: x")))
                .contains("7:")
                .contains("WrongType spec.data.variables.<<: expected a mapping");
    }

    @Test
    void twoMergeKeysInOneMappingAreAProblem() {
        assertThat(problems(virtualEnvironment("dev", " {<<: {a: x}, <<: {b: x}}")))
                .contains("DuplicateName")
                .contains("write one with a list behind it");
    }

    @Test
    void aMergeKeyInQuotesIsAnOrdinaryName() {
        assertThat(problems(virtualEnvironment("dev", " {\"<<\": {a: x}}"))).contains("is not a valid name");
    }

    @Test
    void anyDocumentMayBeginWithAByteOrderMark() {
        String mark = "\uFEFF";
        assertThat(names(mark + virtualEnvironment("a", " {}") + mark + "---\n" + virtualEnvironment("b", " {}")
                        + "---\n" + mark
                        + virtualEnvironment("c", " {}") + mark + virtualEnvironment("d", " {}") + mark + json("{}")
                        + mark
                        + "# nothing\n" + mark + "%YAML 1.2\n---\n" + virtualEnvironment("e", " {}")))
                .containsExactly("a", "b", "c", "d", "dev", "e");
    }

    @Test
    void linesMayHaveAnyLineBreak() {
        String text = "# nothing\n---\n" + virtualEnvironment("a", " {x: word}") + "...\n# more\n---\n"
                + virtualEnvironment("b", " {}");

        assertThat(names(text)).containsExactly("a", "b");
        assertThat(names(text.replace("\n", "\r\n"))).containsExactly("a", "b");
        assertThat(names(text.replace("\n", "\r"))).containsExactly("a", "b");
        assertThat(problems(text.replace("x: word", "x: ~").replace("\n", "\r\n")))
                .startsWith("a.yaml:8:20 error");
    }

    @Test
    void anUnreadableDocumentDoesNotAffectOthers() {
        ReadResult result = ManifestReader.read(
                "a.yaml",
                virtualEnvironment("a", " {}") + "---\na: b: c\n---\n" + virtualEnvironment("b", " {}")
                        + "---\nx: \"\\UFFFFFFFF\"\n");

        assertThat(result.manifests()).extracting(m -> m.key().name()).containsExactly("a", "b");
        assertThat(result.complete()).isFalse();
        assertThat(result.problems())
                .extracting(p -> p.position().line() + " " + p.code())
                .containsExactly("8 UnreadableFile", "16 UnreadableFile");
    }

    @Test
    void aMarkerInsideATextIsText() {
        assertThat(variables(virtualEnvironment("dev", "\n      a: |\n        ---\n        x\n      b: \"---\"")))
                .containsEntry("a", new Value.Text("---\nx\n"))
                .containsEntry("b", new Value.Text("---"));
    }

    /** SnakeYAML's own reader copies the whole of a long token for each kilobyte, which would be terabytes here. */
    @Test
    void longTextIsReadInLinearTime() {
        int most = YamlDocuments.MAX_DOCUMENT - 1_000;
        assertThat(variables(virtualEnvironment("dev", " {a: \"" + "x".repeat(most) + "\"}")))
                .hasSize(1);
        assertThat(names("# " + "x".repeat(most) + "\n" + virtualEnvironment("a", " {}")))
                .containsExactly("a");
        assertThat(names(virtualEnvironment("a", " {}") + " ".repeat(most))).containsExactly("a");
    }

    @Test
    void aDocumentThatIsTooLargeIsAProblemAndOthersAreRead() {
        ReadResult result = ManifestReader.read(
                "a.yaml",
                virtualEnvironment("a", " {}") + "---\n# " + "x".repeat(50_000_000) + "\n---\n"
                        + virtualEnvironment("b", " {}"));

        assertThat(result.manifests()).extracting(m -> m.key().name()).containsExactly("a", "b");
        assertThat(result.problems())
                .extracting(Problem::code, p -> p.position().line())
                .containsExactly(org.assertj.core.groups.Tuple.tuple(ProblemCode.UnreadableFile, 7));
        assertThat(result.problems().get(0).message()).contains("3 MB");
    }
}
