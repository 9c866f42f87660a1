package dev.kitsune.e2e.scenario;

import static dev.kitsune.e2e.scenario.CallsFile.orNone;

import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.scenario.CallsFile.Expect;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.SoftAssertions;

/** Compares an answer with a scenario's expectation, and collects every difference. */
final class Expectation {
    private final SoftAssertions softly;
    private final UnaryOperator<String> ports;

    /**
     * Creates an expectation that collects differences in {@code softly}.
     *
     * @param ports replaces the ports of a scenario with those of the mesh
     */
    Expectation(SoftAssertions softly, UnaryOperator<String> ports) {
        this.softly = softly;
        this.ports = ports;
    }

    void check(String what, Answer answer, Expect expect) {
        assertEqual(what, answer, "status", answer.status(), expect.status());
        if (expect.component() != null) {
            assertEqual(what, answer, "component", answer.component(), expect.component());
        }
        if (expect.api() != null) {
            assertEqual(what, answer, "api", answer.body().path("api").asText(), expect.api());
        }
        if (expect.path() != null) {
            assertEqual(what, answer, "path", answer.path(), expect.path());
        }
        orNone(expect.sees())
                .forEach((name, value) ->
                        assertEqual(what, answer, name, answer.received(name), List.of(ports.apply(value))));
        orNone(expect.seesPart()).forEach((name, parts) -> softly.assertThat(String.join(",", answer.received(name)))
                .as("%s: %s", what, name)
                .contains(parts));
        orNone(expect.seesNot()).forEach(name -> assertEqual(what, answer, name, answer.received(name), List.of()));
        orNone(expect.secrets())
                .forEach((name, value) ->
                        assertEqual(what, answer, name, answer.received(name), List.of(Credential.shorten(value))));
        if (expect.credential() != null) {
            String expected = expect.credential().equals("none") ? "none" : Credential.shorten(expect.credential());
            assertEqual(what, answer, "credential", answer.credential(), expected);
        }
        orNone(expect.says())
                .forEach(text ->
                        softly.assertThat(answer.text()).as("%s: text", what).contains(text));
        orNone(expect.saysNot())
                .forEach(text ->
                        softly.assertThat(answer.text()).as("%s: text", what).doesNotContain(text));
        orNone(expect.answers())
                .forEach((name, value) -> assertEqual(
                        what,
                        answer,
                        "answer's " + name,
                        answer.headers().getOrDefault(name, List.of()),
                        List.of(ports.apply(value))));
        orNone(expect.answersNot())
                .forEach(name -> assertEqual(
                        what, answer, "answer's " + name, answer.headers().getOrDefault(name, List.of()), List.of()));
        if (expect.calls() != null) {
            assertEqual(
                    what,
                    answer,
                    "calls made",
                    answer.calls().size(),
                    expect.calls().size());
            for (int i = 0; i < Math.min(answer.calls().size(), expect.calls().size()); i++) {
                check(
                        what + ", call " + (i + 1),
                        answer.calls().get(i),
                        expect.calls().get(i));
            }
        }
    }

    private void assertEqual(String what, Answer answer, String part, Object actual, Object expected) {
        softly.assertThat(actual)
                .as("%s: %s (the whole answer: %s %s)", what, part, answer.status(), answer.text())
                .isEqualTo(expected);
    }
}
