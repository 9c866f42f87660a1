package dev.kitsune.model.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.template.Scope;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Parsing and rendering any text of a rule returns data, and the position of every error is inside the text. */
class AnyRuleTest {
    private static final Scope SCOPE = new Scope(
            new Overlay(Map.of(), Map.of()),
            Map.of(
                    "a", new Value.Text("{x:(} || `%\r\n"),
                    "list", new Value.Array(List.of(new Value.Text("b"), new Value.Text("c.d")))));

    @Property(tries = 500)
    void arbitraryTextIsParsed(@ForAll String text) {
        isRead(text);
    }

    @Property(tries = 5_000)
    void textOfTheLanguagesSyntaxIsParsed(@ForAll("ruleLike") String text) {
        isRead(text);
    }

    private static void isRead(String text) {
        RuleTemplate.ParsedRule parsed = RuleTemplate.parse(text);
        if (parsed instanceof RuleTemplate.ParsedRule.InvalidRule wrong) {
            assertThat(wrong.offset()).isBetween(0, text.length());
            assertThat(wrong.sentence()).isNotBlank();
        } else if (((RuleTemplate.ParsedRule.ValidRule) parsed).rule().render(SCOPE)
                instanceof RuleTemplate.RuleRendering.FailedRule failed) {
            assertThat(failed.faults()).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<String> ruleLike() {
        return Arbitraries.of(
                        "Host",
                        "Path",
                        "PathPrefix",
                        "Method",
                        "Header",
                        "Query",
                        "All()",
                        "(",
                        ")",
                        "!",
                        "&&",
                        "||",
                        ",",
                        "`",
                        "\"",
                        "`a`",
                        "`/a`",
                        "`/{x}`",
                        "`/{x:[0-9]{2}}`",
                        "`{x:(}`",
                        "`{`",
                        "`}`",
                        "`/{{.Vars.a}}`",
                        "`{{.Vars.",
                        "{{.Secrets.s}}",
                        "`%`",
                        "\\",
                        " ",
                        "\n",
                        "\u0000",
                        "é",
                        "Host(`a`)",
                        "Path(`/`)",
                        "Header(`x`, `{y:a|b}`)",
                        "Query(`q`, `{y}`)",
                        "Path(`/{{.Vars.list}}`)")
                .list()
                .ofMaxSize(25)
                .map(words -> String.join("", words));
    }
}
