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

/**
 * Runs the calls of every scenario through the trace, which must give the same results as real Envoys in {@link
 * ScenarioIT}.
 */
class ScenarioTraceTest {
    /** The calls that only a real Envoy can make, by scenario and sentence, and the reason. */
    private static final Map<String, String> UNTRACEABLE = untraceable();

    private static Map<String, String> untraceable() {
        Map<String, String> why = new HashMap<>();
        for (String say : List.of(
                "Never returns the redirect to the app",
                "SameHost follows on the same host with the adapter's own credential, and rewrites nothing",
                "SameHost also follows a redirect that names no host",
                "a 302 to a POST is returned to the app, because only the app knows what it means",
                "a 302 to a DELETE is returned to the app",
                "a 302 to an OPTIONS request is returned to the app, although such a request is safe to repeat",
                "a 301 to a PUT is returned to the app, although the adapter follows redirects",
                "a 301 to a GET is followed",
                "a 307 keeps the method and body, also if retries are declared",
                "a 303 becomes a GET, whatever the method was",
                "SameHost returns a redirect to another host to the app",
                "Always follows to another declared adapter with only that adapter's credential and headers",
                "Always sends no credential to a declared adapter that has none",
                "headers that the app set for the first target do not reach another one",
                "Always returns a redirect to an undeclared host to the app",
                "Always returns a redirect to another scheme to the app, because it is another target")) {
            why.put("adapter-redirects: " + say, "the adapter's answer decides about the next target");
        }
        why.put("egress-any: the answer says that a host has no address", "only a DNS query can tell");
        why.put(
                "adapter-context: Envoy's own answer names the virtual environment, the adapter, its address and the cause",
                "only a connection can tell");
        why.put("adapter-context: Envoy's own answer says that a host has no address", "only a DNS query can tell");
        why.put("egress-any: the answer is a 503 if nothing listens at the host", "only a connection can tell");
        return Map.copyOf(why);
    }

    @TempDir
    Path folder;

    static List<Scenario> all() throws IOException {
        return Scenario.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void tracesTheCallsAsExpected(Scenario scenario) throws Exception {
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
    void leavesOutOnlyExistingCalls() throws Exception {
        Set<String> existing = new HashSet<>();
        for (Scenario scenario : Scenario.all()) {
            scenario.calls().forEach(step -> existing.add(name(scenario, step)));
            scenario.callsThen().forEach(step -> existing.add(name(scenario, step)));
        }
        assertThat(existing).containsAll(UNTRACEABLE.keySet());
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
        orNone(expect.sees()).forEach((name, value) -> assertEqual(softly, what, name, answer, List.of(value)));
        orNone(expect.seesPart()).forEach((name, parts) -> softly.assertThat(String.join(",", answer.received(name)))
                .as(what + ": " + name + whole)
                .contains(parts));
        orNone(expect.seesNot()).forEach(name -> assertEqual(softly, what, name, answer, List.of()));
        orNone(expect.secrets()).forEach((name, value) -> assertEqual(softly, what, name, answer, List.of(value)));
        if (expect.credential() != null) {
            assertEqual(
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

    private static void assertEqual(
            SoftAssertions softly, String what, String header, TracedAnswer answer, List<String> expected) {
        softly.assertThat(answer.received(header)).as(what + ": " + header).isEqualTo(expected);
    }
}
