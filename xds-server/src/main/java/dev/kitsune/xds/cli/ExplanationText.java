package dev.kitsune.xds.cli;

import dev.kitsune.xds.explain.Explanation;
import dev.kitsune.xds.explain.Explanation.CandidateView;
import dev.kitsune.xds.explain.Explanation.CopyView;
import dev.kitsune.xds.explain.Explanation.HopView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An explanation as lines for people. Chosen lines are marked, for terminals in picocli's markup. */
final class ExplanationText {
    private static final String INDENT = "    ";

    /** If there are more rules, only those near the chosen one are shown. */
    private static final int SHOWN = 30;

    private final List<String> lines = new ArrayList<>();

    private ExplanationText() {}

    /** A line, and whether it shows what was chosen. */
    record Line(String text, boolean chosen) {}

    static List<Line> of(Explanation explanation) {
        ExplanationText text = new ExplanationText();
        text.head(explanation);
        explanation.hops().forEach(text::hop);
        text.end(explanation);
        return text.lines.stream()
                .map(line -> new Line(line, line.startsWith("  > ") || line.startsWith("=> ")))
                .toList();
    }

    private void head(Explanation explanation) {
        Explanation.RequestView request = explanation.request();
        Explanation.ContextView context = explanation.context();
        Columns columns = new Columns();
        columns.line(
                "request",
                request.method() + " " + request.url() + " from "
                        + (request.from() == null ? "outside" : request.from()));
        columns.line(
                "virtual environment",
                (context.virtualEnvironment() == null ? "none" : context.virtualEnvironment())
                        + (context.source().isEmpty() ? ": the request names none" : ", by " + context.source())
                        + overruled(context.overruled()));
        Explanation.Policy policy = context.policy();
        if (policy != null) {
            columns.line("selected by", policy.who() + ", by " + policy.origin() + at(policy.place()));
        }
        Explanation.Selected deployment = explanation.deployment();
        if (deployment != null) {
            columns.line(
                    "deployment",
                    deployment.name() + ", by " + deployment.source() + overruled(deployment.overruled()) + ": "
                            + deployment.meaning());
        }
        if (!explanation.overlay().isEmpty()) {
            columns.line("overlay", String.join(" > ", explanation.overlay()));
        }
        lines.addAll(columns.print(""));
    }

    private static String overruled(Map<String, String> sources) {
        return sources.isEmpty()
                ? ""
                : sources.entrySet().stream()
                        .map(source -> source.getKey() + " (" + source.getValue() + ")")
                        .sorted()
                        .collect(Collectors.joining(", ", ", which overrules ", ""));
    }

    private void hop(HopView hop) {
        lines.add("");
        lines.add(hop.at() + (hop.routes() == null ? ": has no routes for this" : ": routes " + hop.routes()));
        candidates(hop.candidates());
        Columns columns = new Columns();
        Explanation.Chosen component = hop.onward().component();
        if (component != null) {
            columns.line("version", component.version() + ", by " + component.origin() + at(component.place()));
        }
        if (hop.onward().cluster() != null) {
            columns.line(
                    "goes to",
                    hop.onward().cluster() + at(String.join(", ", hop.onward().endpoints())));
        }
        if (hop.onward().rewritten() != null) {
            columns.line("sent as", hop.onward().rewritten());
        }
        hop.added()
                .variables()
                .forEach(v ->
                        columns.line("variable", v.header() + ": " + v.value() + ", by " + v.origin() + at(v.place())));
        hop.added()
                .credentials()
                .forEach(c -> columns.line("credential", c.header() + ": secret " + c.secret() + at(c.place())));
        hop.copies().forEach(copy -> copy(copy, columns));
        hop.notFollowed().forEach(beside -> columns.line("beside", beside + " is not part of this explanation"));
        lines.addAll(columns.print(INDENT));
    }

    private static void copy(CopyView copy, Columns columns) {
        columns.line(
                "copied to",
                copy.version() + " in " + copy.virtualEnvironment() + ", " + copy.percent() + " % of them"
                        + at(copy.endpoints().isEmpty() ? "nobody gets it" : String.join(", ", copy.endpoints()))
                        + ", by " + copy.origin() + at(copy.place()));
        copy.credentials()
                .forEach(c -> columns.line("copy with", c.header() + ": secret " + c.secret() + at(c.place())));
    }

    private void candidates(List<CandidateView> candidates) {
        int taken = 0;
        while (taken < candidates.size() && !candidates.get(taken).taken()) {
            taken++;
        }
        int first = candidates.size() <= SHOWN ? 0 : Math.max(0, Math.min(taken, candidates.size() - 1) - SHOWN / 2);
        int end = Math.min(candidates.size(), first + SHOWN);
        Columns columns = new Columns();
        for (CandidateView one : candidates.subList(first, end)) {
            columns.line(one.taken() ? ">" : "-", one.rule(), one.leadsTo(), one.why() + at(one.place()));
        }
        left(first, "before");
        lines.addAll(columns.print("  "));
        left(candidates.size() - end, "behind");
    }

    private void left(int number, String where) {
        if (number > 0) {
            lines.add("  (" + Count.of(number, "more rule") + " " + where + ": -o json lists all)");
        }
    }

    private void end(Explanation explanation) {
        lines.add("");
        Explanation.AnswerView answer = explanation.answer();
        lines.add(
                answer == null
                        ? "=> " + explanation.reached()
                        : "=> " + answer.status() + " by Kitsune: " + answer.text());
    }

    private static String at(@Nullable String place) {
        return place == null || place.isEmpty() ? "" : " (" + place + ")";
    }
}
