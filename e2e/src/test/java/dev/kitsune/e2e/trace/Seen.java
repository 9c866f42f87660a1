package dev.kitsune.e2e.trace;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.trace.Journey;
import dev.kitsune.envoy.trace.Outcome;
import dev.kitsune.envoy.trace.RequestHeaders;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.snapshot.Snapshot;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The result of a request with a real Envoy or in the trace. The two results are compared completely.
 *
 * @param port the port at which the request arrived; 0 if an Envoy answered
 * @param headers the relevant headers that arrived
 * @param text the text of Envoy's own answer
 * @param copies the ports at which mirrored copies arrived
 */
record Seen(
        int status,
        int port,
        String host,
        String path,
        Map<String, List<String>> headers,
        String text,
        Set<Integer> copies) {
    /** The headers that routing adds, removes or reads. */
    static final Predicate<String> COMPARED = name -> name.startsWith("kitsune")
            || name.startsWith("x-a")
            || name.startsWith("x-b")
            || name.equals("x-greeting")
            || name.equals("cookie")
            || name.equals("authorization")
            || name.equals("baggage");

    /**
     * The case of a host has no meaning, and the stand-ins do not keep it. Several equal names of an app deployment are
     * one, and the first sidecar that looks at them makes them one.
     */
    static Seen arrived(int port, String host, String path, Map<String, List<String>> headers) {
        Map<String, List<String>> once = new TreeMap<>(headers);
        once.computeIfPresent("kitsune-dep", (name, values) -> values.stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .distinct()
                .toList());
        return new Seen(200, port, host.toLowerCase(Locale.ROOT), path, once, "", Set.of());
    }

    static Seen answered(int status, String text) {
        return new Seen(status, 0, "", "", Map.of(), text, Set.of());
    }

    Seen with(Set<Integer> copies) {
        return new Seen(status, port, host, path, headers, text, copies);
    }

    /** Returns the result in the trace. A journey is followed until a stand-in has the request. */
    static Seen traced(Journey journey, boolean grpc, Snapshot snapshot, PortOf ports) {
        Set<Integer> copies = new TreeSet<>();
        for (Journey.Leg leg : journey.legs()) {
            Outcome outcome = leg.hop().outcome();
            if (outcome instanceof Outcome.Answered answered) {
                // A gRPC caller reads a gRPC status, and no text.
                return (grpc ? answered(200, "") : answered(answered.status(), answered.text())).with(copies);
            }
            Outcome.Forwarded forwarded = (Outcome.Forwarded) outcome;
            // Mirrored gRPC calls use HTTP/2, which these stand-ins do not support.
            if (!grpc) {
                forwarded.mirrors().forEach(mirror -> copies.add(portOf(mirror, snapshot)));
            }
            int port = ports.of(forwarded);
            if (port != 0) {
                return arrived(
                                port,
                                forwarded.sent().authority(),
                                forwarded.sent().path(),
                                headers(forwarded, snapshot))
                        .with(copies);
            }
        }
        throw new IllegalStateException("a journey without an end");
    }

    private static int portOf(String mirror, Snapshot snapshot) {
        return ((ClusterLoadAssignment) Translator.translate(ResourceType.ENDPOINT, mirror, snapshot)
                        .orElseThrow()
                        .resource())
                .getEndpoints(0)
                .getLbEndpoints(0)
                .getEndpoint()
                .getAddress()
                .getSocketAddress()
                .getPortValue();
    }

    /** Returns the port of the stand-in behind an Envoy; 0 if there is another Envoy. */
    @FunctionalInterface
    interface PortOf {
        int of(Outcome.Forwarded forwarded);
    }

    private static Map<String, List<String>> headers(Outcome.Forwarded forwarded, Snapshot snapshot) {
        Map<String, List<String>> headers = new TreeMap<>();
        RequestHeaders sent = forwarded.sent();
        sent.lines().stream()
                .map(RequestHeaders.HeaderLine::name)
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
