package dev.kitsune.e2e.scenario;

import dev.kitsune.e2e.http.Call;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.trace.Journey;
import dev.kitsune.envoy.trace.Outcome;
import dev.kitsune.envoy.trace.RequestHeaders;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Snapshot;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The result of the trace for a call, and for the calls that the stand-in app makes for it. */
record TracedAnswer(Journey journey, Snapshot snapshot, List<TracedAnswer> calls) {
    /** The headers that the stand-in app passes on by default. */
    private static final Set<String> CONTEXT = Set.of("kitsune-env", "kitsune-dep", "baggage");

    /** @param from the workload whose app calls; null for a client at the gateway */
    static TracedAnswer of(@Nullable String from, Call call, Snapshot snapshot) {
        List<RequestHeaders.HeaderLine> headers = call.headers().stream()
                .map(header -> new RequestHeaders.HeaderLine(header.name(), header.value()))
                .toList();
        RequestHeaders request = request(call, headers);
        return of(
                from == null
                        ? Journey.fromOutside(request, snapshot, Instant.now())
                        : Journey.from(versionOf(from, snapshot), from, request, snapshot),
                call,
                snapshot);
    }

    private static TracedAnswer of(Journey journey, Call call, Snapshot snapshot) {
        List<TracedAnswer> calls = new ArrayList<>();
        journey.reached().ifPresent(app -> {
            for (Call further : call.calls()) {
                RequestHeaders request = request(
                        new Call(call.method(), further.target(), List.of(), "", List.of(), List.of()),
                        passedOn(call, ((Outcome.Forwarded) journey.outcome()).sent()));
                calls.add(of(Journey.from(app, null, request, snapshot), further, snapshot));
            }
        });
        return new TracedAnswer(journey, snapshot, calls);
    }

    private static List<RequestHeaders.HeaderLine> passedOn(Call call, RequestHeaders seen) {
        List<RequestHeaders.HeaderLine> lines = new ArrayList<>();
        for (String name : call.pass().isEmpty() ? CONTEXT : call.pass()) {
            int equals = name.indexOf('=');
            if (equals > 0) {
                lines.add(new RequestHeaders.HeaderLine(name.substring(0, equals), name.substring(equals + 1)));
            } else {
                seen.values(name).forEach(value -> lines.add(new RequestHeaders.HeaderLine(name, value)));
            }
        }
        return lines;
    }

    private static RequestHeaders request(Call call, List<RequestHeaders.HeaderLine> headers) {
        URI url = URI.create(call.target());
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return RequestHeaders.of(call.method(), url.getRawAuthority(), path + query, headers);
    }

    private static ComponentVersion versionOf(String workload, Snapshot snapshot) {
        return snapshot.workloads().entrySet().stream()
                .filter(entry ->
                        entry.getValue().stream().anyMatch(one -> one.name().equals(workload)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no workload " + workload))
                .getKey();
    }

    int status() {
        return journey.outcome() instanceof Outcome.Answered answered ? answered.status() : 200;
    }

    String component() {
        return journey.reached()
                .map(version -> version.name().component() + "@" + version.version())
                .orElse("");
    }

    String text() {
        return journey.outcome() instanceof Outcome.Answered answered ? answered.text() : "";
    }

    /**
     * Returns the header that the app or API receives. The values of secrets are looked up by the names in the trace.
     */
    List<String> received(String header) {
        if (!(journey.outcome() instanceof Outcome.Forwarded forwarded)) {
            return List.of();
        }
        String secret = forwarded.credentials().get(header);
        String name = header.equals("host") ? RequestHeaders.AUTHORITY : header;
        return secret == null ? forwarded.sent().values(name) : List.of(value(secret));
    }

    private String value(String secret) {
        return Translator.translate(ResourceType.SECRET, secret, snapshot)
                .map(translated -> ((Secret) translated.resource())
                        .getGenericSecret()
                        .getSecret()
                        .getInlineBytes()
                        .toStringUtf8())
                .orElseThrow(() -> new AssertionError("no secret " + secret));
    }

    List<String> endpoints() {
        return journey.outcome() instanceof Outcome.Forwarded forwarded ? forwarded.endpoints() : List.of();
    }

    String path() {
        return journey.outcome() instanceof Outcome.Forwarded forwarded
                ? forwarded.sent().path()
                : "";
    }

    /** Returns a header of the answer, which the Envoy next to the caller adds. */
    List<String> answers(String header) {
        Outcome nearest = journey.legs().get(0).hop().outcome();
        String value = nearest instanceof Outcome.Forwarded forwarded
                ? forwarded.answerHeaders().get(header)
                : ((Outcome.Answered) nearest).answerHeaders().get(header);
        return value == null ? List.of() : List.of(value);
    }
}
