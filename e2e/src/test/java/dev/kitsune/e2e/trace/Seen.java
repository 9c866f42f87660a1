package dev.kitsune.e2e.trace;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translator;
import dev.kitsune.envoy.trace.Journey;
import dev.kitsune.envoy.trace.Outcome;
import dev.kitsune.envoy.trace.RequestHeaders;
import dev.kitsune.model.snapshot.Snapshot;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What became of a request, as a real Envoy shows it or as the trace foretells it: the two are compared whole.
 *
 * @param port where it arrived; 0 where an Envoy answered
 * @param headers those that are anyone's business, as they arrived
 * @param text of an answer of Envoy's own
 */
record Seen(int status, int port, String host, String path, Map<String, List<String>> headers, String text) {
    /** Headers that routing puts on, takes off or looks at. */
    static final Predicate<String> COMPARED = name -> name.startsWith("kitsune")
            || name.startsWith("x-a")
            || name.startsWith("x-b")
            || name.equals("x-greeting")
            || name.equals("authorization")
            || name.equals("baggage");

    static Seen arrived(int port, String host, String path, Map<String, List<String>> headers) {
        return new Seen(200, port, host, path, headers, "");
    }

    static Seen answered(int status, String text) {
        return new Seen(status, 0, "", "", Map.of(), text);
    }

    /** By the trace. A journey is followed until a stand-in has the request. */
    static Seen foretold(Journey journey, boolean grpc, Snapshot snapshot, PortOf ports) {
        for (Journey.Leg leg : journey.legs()) {
            Outcome outcome = leg.hop().outcome();
            if (outcome instanceof Outcome.Answered answered) {
                // A gRPC caller reads a status of its own, and no text.
                return grpc ? answered(200, "") : answered(answered.status(), answered.text());
            }
            Outcome.Forwarded forwarded = (Outcome.Forwarded) outcome;
            int port = ports.of(forwarded);
            if (port != 0) {
                return arrived(
                        port, forwarded.sent().authority(), forwarded.sent().path(), headers(forwarded, snapshot));
            }
        }
        throw new IllegalStateException("a journey without an end");
    }

    /** The port of the stand-in behind an Envoy; 0 where there is another Envoy. */
    @FunctionalInterface
    interface PortOf {
        int of(Outcome.Forwarded forwarded);
    }

    private static Map<String, List<String>> headers(Outcome.Forwarded forwarded, Snapshot snapshot) {
        Map<String, List<String>> headers = new TreeMap<>();
        RequestHeaders sent = forwarded.sent();
        sent.lines().stream()
                .map(RequestHeaders.Line::name)
                .filter(COMPARED)
                .forEach(name -> headers.put(name, sent.values(name)));
        forwarded.credentials().forEach((header, secret) -> headers.put(header, List.of(value(secret, snapshot))));
        return headers;
    }

    private static String value(String secret, Snapshot snapshot) {
        return ((Secret) Translator.translate(ResourceType.SECRET, secret, snapshot)
                        .orElseThrow()
                        .resource())
                .getGenericSecret()
                .getSecret()
                .getInlineBytes()
                .toStringUtf8();
    }
}
