package dev.kitsune.e2e.scenario;

import static dev.kitsune.e2e.scenario.CallsFile.orNone;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.scenario.CallsFile.Expect;
import dev.kitsune.e2e.scenario.CallsFile.Step;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.folder.FolderSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The calls of every scenario through the trace: what real Envoys do with them in {@link ScenarioIT}, it must foretell. */
class ScenarioTraceTest {
    /** Calls that only a real Envoy can make: scenario and what the call says, and why. */
    private static final Map<String, String> UNTRACEABLE = untraceable();

    private static Map<String, String> untraceable() {
        Map<String, String> why = new HashMap<>();
        for (String say : List.of(
                "Never leaves the redirect to the app",
                "SameHost follows on the same host with the adapter's own credential, and rewrites nothing",
                "so it does where the redirect leaves the host out",
                "a 302 after POST is left to the app, which alone knows what it means by it",
                "and after DELETE",
                "and after OPTIONS, which is safe to repeat",
                "a 301 is the same, where Always follows",
                "and is followed for GET",
                "a 307 keeps method and body, also where retries are declared",
                "a 303 becomes a GET, whatever the method was",
                "SameHost leaves the redirect to another host to the app",
                "Always follows to another declared adapter, with that one's credential and headers alone",
                "and with none where that one has none",
                "what the app itself put on for the first does not go to another, either",
                "Always leaves a redirect to what nobody declares to the app",
                "another scheme is another target")) {
            why.put("adapter-redirects: " + say, "the adapter's answer decides where the call goes next");
        }
        why.put("egress-any: a host without an address is said to have none", "only a look-up tells");
        why.put(
                "adapter-context: Envoy's own answers name the environment all the same, the adapter, its address and the"
                        + " cause",
                "only a connection tells");
        why.put("adapter-context: a host without an address", "only a look-up tells");
        why.put("egress-any: nobody there is a 503", "only a connection tells");
        return Map.copyOf(why);
    }

    @TempDir
    Path folder;

    static List<Scenario> all() throws IOException {
        return Scenario.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void foretellsWhatTheCallsMeet(Scenario scenario) throws Exception {
        SoftAssertions softly = new SoftAssertions();
        Snapshot snapshot = Resolutions.first(FolderSource.readOnce(scenario.copyInput(folder.resolve("input"))))
                .resolution()
                .snapshot();
        trace(scenario, scenario.calls(), snapshot, softly);
        if (!scenario.then().isEmpty()) {
            Path work = Files.createDirectory(folder.resolve("then"));
            trace(
                    scenario,
                    scenario.callsThen(),
                    Resolutions.then(scenario, work).snapshot(),
                    softly);
        }
        softly.assertAll();
    }

    private static void trace(Scenario scenario, List<Step> steps, Snapshot snapshot, SoftAssertions softly) {
        for (Step step : steps) {
            if (!UNTRACEABLE.containsKey(name(scenario, step))) {
                check(
                        softly,
                        step.say(),
                        TracedAnswer.of(step.call().from(), step.call().toCall(UnaryOperator.identity()), snapshot),
                        step.expect());
            }
        }
    }

    @Test
    void leavesOutOnlyCallsThatAreThere() throws Exception {
        Set<String> there = new HashSet<>();
        for (Scenario scenario : Scenario.all()) {
            scenario.calls().forEach(step -> there.add(name(scenario, step)));
            scenario.callsThen().forEach(step -> there.add(name(scenario, step)));
        }
        assertThat(there).containsAll(UNTRACEABLE.keySet());
    }

    private static String name(Scenario scenario, Step step) {
        return scenario + ": " + step.say();
    }

    private static void check(SoftAssertions softly, String what, TracedAnswer answer, Expect expect) {
        String whole = " (" + answer.journey().outcome() + ")";
        softly.assertThat(answer.status()).as(what + ": status" + whole).isEqualTo(expect.status());
        if (expect.component() != null) {
            softly.assertThat(answer.component())
                    .as(what + ": component" + whole)
                    .isEqualTo(expect.component());
        }
        if (expect.api() != null) {
            softly.assertThat(answer.endpoints())
                    .as(what + ": api" + whole)
                    .anyMatch(endpoint -> endpoint.endsWith(":" + expect.api()));
        }
        if (expect.path() != null) {
            softly.assertThat(answer.path()).as(what + ": path" + whole).isEqualTo(expect.path());
        }
        orNone(expect.sees()).forEach((name, value) -> is(softly, what, name, answer, List.of(value)));
        orNone(expect.seesPart()).forEach((name, parts) -> softly.assertThat(String.join(",", answer.received(name)))
                .as(what + ": " + name + whole)
                .contains(parts));
        orNone(expect.seesNot()).forEach(name -> is(softly, what, name, answer, List.of()));
        orNone(expect.secrets()).forEach((name, value) -> is(softly, what, name, answer, List.of(value)));
        if (expect.credential() != null) {
            is(
                    softly,
                    what,
                    "authorization",
                    answer,
                    expect.credential().equals("none") ? List.of() : List.of(expect.credential()));
        }
        orNone(expect.says())
                .forEach(text ->
                        softly.assertThat(answer.text()).as(what + ": text").contains(text));
        orNone(expect.saysNot())
                .forEach(text ->
                        softly.assertThat(answer.text()).as(what + ": text").doesNotContain(text));
        orNone(expect.answers()).forEach((name, value) -> softly.assertThat(answer.answers(name))
                .as(what + ": answer's " + name + whole)
                .isEqualTo(List.of(value)));
        orNone(expect.answersNot()).forEach(name -> softly.assertThat(answer.answers(name))
                .as(what + ": answer's " + name + whole)
                .isEmpty());
        if (expect.calls() != null) {
            softly.assertThat(answer.calls()).as(what + ": calls" + whole).hasSameSizeAs(expect.calls());
            for (int i = 0; i < Math.min(answer.calls().size(), expect.calls().size()); i++) {
                check(
                        softly,
                        what + ", call " + (i + 1),
                        answer.calls().get(i),
                        expect.calls().get(i));
            }
        }
    }

    private static void is(
            SoftAssertions softly, String what, String header, TracedAnswer answer, List<String> expected) {
        softly.assertThat(answer.received(header)).as(what + ": " + header).isEqualTo(expected);
    }
}
