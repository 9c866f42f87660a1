package dev.kitsune.model.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.template.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
                    "sly", new Value.Text("x`) && Host(`evil"),
                    "braces", new Value.Text("{a:.*}"),
                    "number", new Value.Numeric("12345678"),
                    "shards", new Value.Array(List.of(new Value.Text("a"), new Value.Text("b.c"))),
                    "none", new Value.Array(List.of())));

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
    void aVariableNeverBecomesSyntax() {
        assertThat(rule("Header(`x`, `{{.Vars.sly}}`)").predicates())
                .containsExactly(new Rule.Header("x", "x`) && Host(`evil"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "''                          | RuleError           | 0  | the rule ends",
                "'Host(`a`) ||' | RuleError | 12 | expected a predicate",
                "(Host(`a`) | RuleError | 10 | 'expected &&, || or )'",
                "Host(`a`)) | RuleError | 9 | 'expected &&, || or the end'",
                "All(`a`)                    | RuleError           | 0  | expected All()",
                "Path(`/{name`)              | RuleError           | 5  | is not closed",
                "Path(`/{}`)                 | RuleError           | 5  | is not a placeholder",
                "Path(`/{n:}`)               | RuleError           | 5  | no regex",
                "Path(`/{n:a(}`)             | RuleError           | 5  | is not valid",
                "Path(`/{n:(?=a)}`)          | RuleError           | 5  | is not valid",
                "Path(`/{n: [0-9]+}`)        | RuleError           | 5  | 'a blank before the pattern'",
                "Path(`/{n:^abc$}`)          | RuleError           | 5  | remove the ^",
                "Path(`/{n:abc$}`)           | RuleError           | 5  | remove the $",
                "Path(`/{n:\\Aabc}`)         | RuleError           | 5  | \\A is not used",
                "Path(`/{n:\\bx}`)           | RuleError           | 5  | \\b is not used",
                "Path(`/{n:\\Qx}`)           | RuleError           | 5  | \\Q is not used",
                "Path(`/{n:\\Qx\\E}`)        | RuleError           | 5  | \\Q is not used",
                "Path(`/{n:\\pN}`)           | RuleError           | 5  | \\p is not used",
                "Path(`/{n:[\\pN]}`)         | RuleError           | 5  | \\p is not used",
                "Path(`/{n:(?P<n>x)}`)       | RuleError           | 5  | a group has no name",
                "Path(`/{n:(a{100}){11}}`)   | RuleError           | 5  | it repeats more than 1000 times",
                "Path(`/{n:[\\x{10FFFF}]}`)  | RuleError           | 5  | \\x goes to 7F",
                "Path(`/{n:[\\x{D800}-\\x{DFFF}]}`) | RuleError   | 5  | \\x goes to 7F",
                "Path(`/{n:\\x{100}}`)       | RuleError           | 5  | \\x goes to 7F",
                "Path(`/{n:[\u0001]}`)       | RuleError           | 5  | printable ASCII: remove the control character",
                "Path(`/{n:é}`)              | RuleError           | 5  | printable ASCII",
                "Path(`/{n:[é-ü]}`)          | RuleError           | 5  | printable ASCII",
                "Method(`{m}`)               | RuleError           | 7  | a placeholder is not allowed here",
                "Header(`{h}`, `a`)          | RuleError           | 7  | a placeholder is not allowed here",
                "Host(`a`) &&                | RuleError           | 12 | expected a predicate",
                "Host(`a`) Path(`/`) | RuleError | 10 | 'expected &&, || or the end'",
                "PathPrefx(`/a`)             | RuleError           | 0  | did you mean \"PathPrefix\"?",
                "Header(`a`)                 | RuleError           | 0  | expected Header",
                "Host(a)                     | RuleError           | 5  | expected Host",
                "Host(`a)                    | RuleError           | 5  | a closing ` is missing",
                "Host(`a` ; `b`)             | RuleError           | 9  | not \";\"",
                "Host(`a{{.Vars.}}`)         | TemplateError       | 15 | a name is expected",
                "Host(`{{.Secrets.a}}`)      | SecretNotInjectable | 5  | secret a"
            })
    void saysWhereTheErrorIs(String text, ProblemCode code, int offset, String sentence) {
        assertThat(RuleTemplate.parse(text))
                .isInstanceOfSatisfying(RuleTemplate.ParsedRule.InvalidRule.class, wrong -> {
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
                "Path(`/{{.Vars.none}}`) | RuleError       | matches no request",
                "!All()                  | RuleError       | matches no request",
                "Path(`/{n:(abc){900}}`) | RuleError       | the pattern is too large",
                "Path(`/{n:a?b}x{m:c[?]}`) | RuleError     | is never in this part",
                "Path(`/{n:a b}`)        | RuleError       | is never in this part",
                "Host(`{n:a/b}`)         | RuleError       | is never in this part",
                "Query(`q`, `{n:a&b}`)   | RuleError       | is never in this part",
                "Query(`q`, `a&b`)       | RuleError       | percent-encoded",
                "Query(`q`, `a b`)       | RuleError       | percent-encoded",
                "Query(`a=b`, `c`)       | RuleError       | the name of a query parameter",
                "Header(`a`, ` b`)       | RuleError       | without a blank at its beginning or end",
                "Path(`/{{.Vars.subb}}`) | UnknownVariable | did you mean \"sub\"?"
            })
    void refusesInvalidArguments(String text, ProblemCode code, String sentence) {
        assertThat(render(text)).isInstanceOfSatisfying(RuleTemplate.RuleRendering.FailedRule.class, failed -> {
            assertThat(failed.faults().get(0).sentence()).contains(sentence);
            assertThat(failed.faults().get(0).code()).isEqualTo(code);
        });
    }

    /** Each line has a rule and its alternatives, with the predicates of each joined. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "'Host(`a`) || Host(`b`)'                        | 'a;b'",
                "'Host(`a`) || Host(`b`) && Method(`GET`)'       | 'a;b,GET'",
                "'(Host(`a`) || Host(`b`)) && Method(`GET`)'     | 'a,GET;b,GET'",
                "'!(Host(`a`) && Method(`GET`))'                 | '!a;!GET'",
                "'!(Host(`a`) || Method(`GET`))'                 | '!a,!GET'",
                "'!!Host(`a`)'                                   | 'a'",
                "'Host(`a`) && All()'                            | 'a'",
                "'Host(`a`) && !All() || Host(`b`)'              | 'b'",
                "'Host(`a`) || Host(`a`)'                        | 'a'",
                "'Path(`/{{.Vars.shards}}`)'                     | '/a;/b.c'",
                "'!Path(`/{{.Vars.shards}}`)'                    | '!/a,!/b.c'",
                "'Path(`/{{.Vars.shards}}/{{.Vars.shards}}`)'    | '/a/a;/b.c/b.c'",
                "'Path(`/{{.Vars.number}}`)'                     | '/12345678'",
                "'Path(`/{{join \",\" .Vars.shards}}`)'          | '/a,b.c'"
            })
    void isExpandedToAlternatives(String text, String expected) {
        assertThat(rules(text).stream().map(RuleTest::words).collect(Collectors.joining(";")))
                .isEqualTo(expected);
    }

    /** These rows are known errors of similar rule languages. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "'Path(`/{n:a|b}`)' | /a | true",
                "'Path(`/{n:a|b}`)' | /b | true",
                "'Path(`/{n:a|b}`)' | /axx | false",
                "'Path(`/x{n:a|b}x`)' | /xax | true",
                "'Path(`/x{n:a|b}x`)' | bx | false",
                "Path(`/{n:[0-9]{2}}`)     | /42       | true",
                "Path(`/{n:[0-9]{2}}`)     | /421      | false",
                "Path(`/{n}`)              | /a        | true",
                "Path(`/{n}`)              | /a/b      | false",
                "Path(`/{n}`)              | /         | false",
                "Path(`/a.b/{n}`)          | /axb/c    | false",
                "Path(`/{{.Vars.shards}}/{n}`) | /b.c/1 | true",
                "Path(`/{{.Vars.shards}}/{n}`) | /bxc/1 | false",
                "Path(`/{{.Vars.shards}}/{n}`) | /c/1  | false",
                "Path(`/{n:[}]}`)          | /}        | true"
            })
    void aPlaceholderMatchesItsPattern(String text, String path, boolean expected) {
        assertThat(rules(text).stream().anyMatch(rule -> {
                    Rule.Pattern pattern =
                            (Rule.Pattern) ((Rule.Path) rule.predicates().get(0)).path();
                    return Pattern.matches(pattern.regex(), path);
                }))
                .isEqualTo(expected);
    }

    @Test
    void theTextOfAVariableIsNoPlaceholder() {
        assertThat(rule("Query(`q`, `{{.Vars.braces}}`)").predicates()).containsExactly(new Rule.Query("q", "{a:.*}"));
    }

    @Test
    void tooManyAlternativesAreAProblem() {
        String two = "(Host(`a`) || Host(`b`))";
        String rule = String.join(
                " && ",
                IntStream.range(0, 8)
                        .mapToObj(i -> two.replace("a`", "a" + i + "`").replace("b`", "b" + i + "`"))
                        .toList());

        assertThat(render(rule))
                .isInstanceOfSatisfying(
                        RuleTemplate.RuleRendering.FailedRule.class, failed -> assertThat(failed.faults())
                                .extracting(fault -> fault.sentence())
                                .containsExactly("the rule has more than 100 alternatives: write several rules, or"
                                        + " compare fewer values"));
    }

    @Test
    void deepNestingIsAProblem() {
        assertThat(RuleTemplate.parse("!".repeat(100_000) + "All()"))
                .isInstanceOf(RuleTemplate.ParsedRule.InvalidRule.class);
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
                route("b", 0, "Host(`{x}`)"),
                route("b", 0, "Path(`/`)"),
                route("b", 0, "Path(`/{x}`)"),
                route("a", -1, "Path(`/`)"));
        List<ResolvedRoute> shuffled = new ArrayList<>(List.of(
                expected.get(10),
                expected.get(9),
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
        RuleTemplate.ParsedRule parsed = RuleTemplate.parse(text);
        if (parsed instanceof RuleTemplate.ParsedRule.InvalidRule wrong) {
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
        assertThat(rules(text)).hasSize(1);
        return rules(text).get(0);
    }

    private static List<Rule> rules(String text) {
        RuleTemplate.RuleRendering rendering = render(text);
        assertThat(rendering).isInstanceOf(RuleTemplate.RuleRendering.RenderedRules.class);
        return ((RuleTemplate.RuleRendering.RenderedRules) rendering).rules();
    }

    private static String words(Rule rule) {
        return rule.predicates().stream().map(RuleTest::word).collect(Collectors.joining(","));
    }

    private static String word(Rule.Predicate predicate) {
        if (predicate instanceof Rule.Not not) {
            return "!" + word(not.predicate());
        }
        if (predicate instanceof Rule.Method method) {
            return method.method();
        }
        Rule.TextMatcher text = predicate instanceof Rule.Host host ? host.host() : ((Rule.Path) predicate).path();
        return ((Rule.Exact) text).text();
    }

    private static RuleTemplate.RuleRendering render(String text) {
        RuleTemplate.ParsedRule parsed = RuleTemplate.parse(text);
        assertThat(parsed).isInstanceOf(RuleTemplate.ParsedRule.ValidRule.class);
        return ((RuleTemplate.ParsedRule.ValidRule) parsed).rule().render(SCOPE);
    }
}
