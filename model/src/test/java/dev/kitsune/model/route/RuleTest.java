package dev.kitsune.model.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.route.RuleTemplate.Parsed;
import dev.kitsune.model.route.RuleTemplate.Rendering;
import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.template.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTest {
    private static final Scope SCOPE = new Scope(
            new Overlay(Map.of(), Map.of()),
            Map.of(
                    "sub", new Value.Text("a/b"),
                    "space", new Value.Text("a b"),
                    "sly", new Value.Text("x`) && Host(`evil")));

    @Test
    void readsEveryPredicate() {
        assertThat(rule("Host(`Shop.Example`) && Path(\"/a\") && PathPrefix(`/{{.Vars.sub}}/`) && Method(`get`)"
                                + " && Header(`X-A`, \"b\\\"\") && Query(`q`, ``)")
                        .predicates())
                .containsExactly(
                        new Rule.Host("shop.example"),
                        new Rule.Path("/a"),
                        new Rule.PathPrefix("/a/b"),
                        new Rule.Method("GET"),
                        new Rule.Header("x-a", "b\""),
                        new Rule.Query("q", ""));
    }

    @Test
    void variableNeverBecomesSyntax() {
        assertThat(rule("Header(`x`, `{{.Vars.sly}}`)").predicates())
                .containsExactly(new Rule.Header("x", "x`) && Host(`evil"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "'Host(`a`) || Host(`b`)'    | RuleError           | 10 | joined by &&",
                "!Host(`a`)                  | RuleError           | 0  | joined by &&",
                "(Host(`a`))                 | RuleError           | 0  | joined by &&",
                "''                          | RuleError           | 0  | the rule ends",
                "Host(`a`) &&                | RuleError           | 12 | expected a predicate",
                "Host(`a`) Path(`/`)         | RuleError           | 10 | expected && or the end",
                "PathPrefx(`/a`)             | RuleError           | 0  | did you mean \"PathPrefix\"?",
                "Header(`a`)                 | RuleError           | 0  | expected Header",
                "Host(a)                     | RuleError           | 5  | expected Host",
                "Host(`a)                    | RuleError           | 5  | a closing ` is missing",
                "Host(`a` ; `b`)             | RuleError           | 9  | not \";\"",
                "Host(`{name}.example`)      | RuleError           | 5  | {{.Vars.NAME}}",
                "Host(`a{{.Vars.}}`)         | TemplateError       | 15 | a name is expected",
                "Host(`{{.Secrets.a}}`)      | SecretNotInjectable | 5  | secret a"
            })
    void saysWhereTheTextIsWrong(String text, ProblemCode code, int offset, String sentence) {
        assertThat(RuleTemplate.parse(text)).isInstanceOfSatisfying(Parsed.Wrong.class, wrong -> {
            assertThat(wrong.sentence()).contains(sentence);
            assertThat(wrong.code()).isEqualTo(code);
            assertThat(wrong.offset()).isEqualTo(offset);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "Host(`a:80`)            | RuleError       | a host name without a port",
                "Host(``)                | RuleError       | a host name",
                "Path(`a`)               | RuleError       | begins with \"/\"",
                "PathPrefix(`/{{.Vars.space}}`) | RuleError | begins with \"/\"",
                "Method(`a b`)           | RuleError       | an HTTP method",
                "Header(`a:`, `b`)       | RuleError       | the name of a header",
                "Query(``, `b`)          | RuleError       | the name of a query parameter",
                "Path(`/{{.Vars.subb}}`) | UnknownVariable | did you mean \"sub\"?"
            })
    void refusesArgumentsThatCannotBe(String text, ProblemCode code, String sentence) {
        assertThat(render(text)).isInstanceOfSatisfying(Rendering.Failed.class, failed -> {
            assertThat(failed.faults().get(0).sentence()).contains(sentence);
            assertThat(failed.faults().get(0).code()).isEqualTo(code);
        });
    }

    @Test
    void triesRulesInOneTotalOrder() {
        List<ResolvedRoute> expected = List.of(
                route("z", 1, "Method(`GET`)"),
                route("b", 0, "Host(`a`) && Path(`/a`)"),
                route("b", 0, "Host(`a`) && PathPrefix(`/long`) && Method(`GET`)"),
                route("b", 0, "Host(`a`) && PathPrefix(`/long`)"),
                route("b", 0, "Host(`a`) && PathPrefix(`/a`)"),
                route("a", 0, "Host(`b`)"),
                route("b", 0, "Host(`a`)"),
                route("b", 0, "Path(`/`)"),
                route("a", -1, "Path(`/`)"));
        List<ResolvedRoute> shuffled = new ArrayList<>(List.of(
                expected.get(8),
                expected.get(2),
                expected.get(5),
                expected.get(7),
                expected.get(0),
                expected.get(6),
                expected.get(1),
                expected.get(4),
                expected.get(3)));

        shuffled.sort(RouteOrder.ORDER);

        assertThat(shuffled).containsExactlyElementsOf(expected);
    }

    @Property
    void anyTextIsARuleOrAProblemInsideIt(@ForAll String text) {
        RuleTemplate.Parsed parsed = RuleTemplate.parse(text);
        if (parsed instanceof Parsed.Wrong wrong) {
            assertThat(wrong.offset()).isBetween(0, text.length());
        }
    }

    private static ResolvedRoute route(String component, int priority, String text) {
        return new ResolvedRoute(
                rule(text),
                priority,
                new ComponentVersion("app", component, "1"),
                new Origin(new ObjectKey(Kind.AppDeployment, "shop", "main"), "spec.components." + component));
    }

    private static Rule rule(String text) {
        Rendering rendering = render(text);
        assertThat(rendering).isInstanceOf(Rendering.Done.class);
        return ((Rendering.Done) rendering).rule();
    }

    private static Rendering render(String text) {
        Parsed parsed = RuleTemplate.parse(text);
        assertThat(parsed).isInstanceOf(Parsed.Right.class);
        return ((Parsed.Right) parsed).rule().render(SCOPE);
    }
}
