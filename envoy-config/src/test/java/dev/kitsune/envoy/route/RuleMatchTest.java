package dev.kitsune.envoy.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.rule.Rule;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuleMatchTest {
    @Test
    void a_host_is_literal_text_without_port_and_case() {
        String regex = match(new Rule.Host("a.b-c.localhost"))
                .getHeaders(0)
                .getStringMatch()
                .getSafeRegex()
                .getRegex();
        assertThat("A.b-c.localhost:8080").matches(Pattern.compile(regex));
        assertThat("a.b-c.localhost").matches(Pattern.compile(regex));
        assertThat("axb-c.localhost").doesNotMatch(Pattern.compile(regex));
        assertThat("a.b-c.localhost.evil").doesNotMatch(Pattern.compile(regex));
    }

    @Test
    void a_path_prefix_ends_at_a_slash() {
        assertThat(match(new Rule.PathPrefix("/a")).getPathSeparatedPrefix()).isEqualTo("/a");
        assertThat(match(new Rule.PathPrefix("/a/")).getPrefix()).isEqualTo("/a/");
        assertThat(match(new Rule.PathPrefix("/")).getPrefix()).isEqualTo("/");
    }

    @ParameterizedTest
    @CsvSource({
        "/a,true",
        "/a/b,true",
        "/a?x=1,true",
        "/ab,false",
        "/A,false",
        "/x/a,false",
    })
    void a_second_path_predicate_is_matched_as_a_header(String path, boolean expected) {
        RouteMatch match = match(new Rule.PathPrefix("/"), new Rule.PathPrefix("/a"));
        assertThat(match.getPrefix()).isEqualTo("/");
        assertThat(Pattern.matches(
                        match.getHeaders(0).getStringMatch().getSafeRegex().getRegex(), path))
                .isEqualTo(expected);
    }

    @Test
    void a_rule_without_a_path_matches_all_paths() {
        RouteMatch match = match(new Rule.Method("POST"), new Rule.Header("x-a", "1"), new Rule.Query("q", "%"));
        assertThat(match.getPrefix()).isEqualTo("/");
        assertThat(match.getHeaders(0).getName()).isEqualTo(":method");
        assertThat(match.getHeaders(0).getStringMatch().getExact()).isEqualTo("POST");
        assertThat(match.getHeaders(1).getStringMatch().getExact()).isEqualTo("1");
        assertThat(match.getHeaders(2).getStringMatch().getSafeRegex().getRegex())
                .isEqualTo("[^?]*\\?(.*&)?q=%(&.*)?");
    }

    @Test
    void no_text_ends_the_quoted_part_of_a_pattern() {
        for (String text : List.of("/\\E.*", "/a|b", "/(", "/[", "/$^", "/é")) {
            String regex = match(new Rule.Path("/"), new Rule.Path(text))
                    .getHeaders(0)
                    .getStringMatch()
                    .getSafeRegex()
                    .getRegex();
            assertThat(com.google.re2j.Pattern.matches(regex, text)).as(text).isTrue();
            assertThat(com.google.re2j.Pattern.matches(regex, text + "x"))
                    .as(text)
                    .isFalse();
        }
    }

    @Test
    void a_missing_header_counts_as_empty_for_an_exclusion() {
        assertThat(match(new Rule.Not(new Rule.Header("x-a", "1"))).getHeaders(0))
                .satisfies(header -> {
                    assertThat(header.getInvertMatch()).isTrue();
                    assertThat(header.getTreatMissingHeaderAsEmpty()).isTrue();
                    assertThat(header.getStringMatch().getExact()).isEqualTo("1");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "/a?q=1,true",
        "/a?x=2&q=1&y=3,true",
        "/a?q=12,false",
        "/a?xq=1,false",
        "/a/q=1,false",
    })
    void an_excluded_parameter_is_searched_in_the_path(String path, boolean there) {
        RouteMatch match = match(new Rule.Not(new Rule.Query("q", "1")));
        assertThat(match.getHeaders(0).getInvertMatch()).isTrue();
        assertThat(com.google.re2j.Pattern.matches(
                        match.getHeaders(0).getStringMatch().getSafeRegex().getRegex(), path))
                .isEqualTo(there);
    }

    @Test
    void a_pattern_must_match_the_whole_path() {
        RouteMatch match = match(new Rule.Path(new Rule.Pattern("/(?:a|b)", 1)));
        assertThat(match.getSafeRegex().getRegex()).isEqualTo("/(?:a|b)");
        assertThat(match(new Rule.PathPrefix(new Rule.Pattern("/(?:a|b)", 1)))
                        .getSafeRegex()
                        .getRegex())
                .isEqualTo("/(?:a|b)(/.*)?");
    }

    private static RouteMatch match(Rule.Predicate... predicates) {
        return RuleMatch.of(new Rule(List.of(predicates)), null);
    }
}
