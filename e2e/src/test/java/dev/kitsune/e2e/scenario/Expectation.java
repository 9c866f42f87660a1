package dev.kitsune.e2e.scenario;

import static dev.kitsune.e2e.scenario.CallsFile.orNone;

import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.scenario.CallsFile.Expect;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.SoftAssertions;

/** Holds an answer against what a scenario expects, and collects every difference. */
final class Expectation {
    private final SoftAssertions softly;
    private final UnaryOperator<String> ports;

    /**
     * Collects into {@code softly}.
     *
     * @param ports turns the ports of a scenario into those that the mesh has in their place
     */
    Expectation(SoftAssertions softly, UnaryOperator<String> ports) {
        this.softly = softly;
        this.ports = ports;
    }

    void check(String what, Answer answer, Expect expect) {
        is(what, answer, "status", answer.status(), expect.status());
        if (expect.component() != null) {
            is(what, answer, "component", answer.component(), expect.component());
        }
        if (expect.api() != null) {
            is(what, answer, "api", answer.body().path("api").asText(), expect.api());
        }
        if (expect.path() != null) {
            is(what, answer, "path", answer.path(), expect.path());
        }
        orNone(expect.sees())
                .forEach((name, value) -> is(what, answer, name, answer.received(name), List.of(ports.apply(value))));
        orNone(expect.seesPart()).forEach((name, parts) -> softly.assertThat(String.join(",", answer.received(name)))
                .as("%s: %s", what, name)
                .contains(parts));
        orNone(expect.seesNot()).forEach(name -> is(what, answer, name, answer.received(name), List.of()));
        orNone(expect.secrets())
                .forEach((name, value) ->
                        is(what, answer, name, answer.received(name), List.of(Credential.shorten(value))));
        if (expect.credential() != null) {
            String expected = expect.credential().equals("none") ? "none" : Credential.shorten(expect.credential());
            is(what, answer, "credential", answer.credential(), expected);
        }
        orNone(expect.says())
                .forEach(text ->
                        softly.assertThat(answer.text()).as("%s: text", what).contains(text));
        orNone(expect.saysNot())
                .forEach(text ->
                        softly.assertThat(answer.text()).as("%s: text", what).doesNotContain(text));
        orNone(expect.answers())
                .forEach((name, value) -> is(
                        what,
                        answer,
                        "answer's " + name,
                        answer.headers().getOrDefault(name, List.of()),
                        List.of(ports.apply(value))));
        orNone(expect.answersNot())
                .forEach(name -> is(
                        what, answer, "answer's " + name, answer.headers().getOrDefault(name, List.of()), List.of()));
        if (expect.calls() != null) {
            is(what, answer, "calls made", answer.calls().size(), expect.calls().size());
            for (int i = 0; i < Math.min(answer.calls().size(), expect.calls().size()); i++) {
                check(
                        what + ", call " + (i + 1),
                        answer.calls().get(i),
                        expect.calls().get(i));
            }
        }
    }

    private void is(String what, Answer answer, String part, Object actual, Object expected) {
        softly.assertThat(actual)
                .as("%s: %s (the whole answer: %s %s)", what, part, answer.status(), answer.text())
                .isEqualTo(expected);
    }
}
