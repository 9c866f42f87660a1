package dev.kitsune.e2e.kube;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The bootstrap of an Envoy that reaches several replicas, as by a Service without session affinity: each connection, and
 * each call, goes to the next replica.
 */
final class ServiceBootstrap {
    private static final Pattern ENDPOINT =
            Pattern.compile("( *)- endpoint:\n *address:\n *socket_address:\n *address: [^\n]+\n *port_value: \\d+\n");
    private static final String CALLS = "  - name: kitsune-calls\n";

    private ServiceBootstrap() {}

    /**
     * Returns a bootstrap with other addresses of the control plane.
     *
     * @param streams the replicas for the stream
     * @param calls the replicas for everything else
     */
    static String of(String bootstrap, List<KitsunePod> streams, List<KitsunePod> calls) {
        int middle = bootstrap.indexOf(CALLS);
        return withEndpoints(bootstrap.substring(0, middle), streams)
                + withEndpoints(bootstrap.substring(middle), calls);
    }

    private static String withEndpoints(String part, List<KitsunePod> pods) {
        Matcher matcher = ENDPOINT.matcher(part);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no endpoint of the control plane in:\n" + part);
        }
        String endpoints = pods.stream()
                .map(pod -> "%s- endpoint: {address: {socket_address: {address: %s, port_value: %d}}}%n"
                        .formatted(matcher.group(1), pod.address(), pod.port()))
                .collect(Collectors.joining());
        return matcher.replaceFirst(Matcher.quoteReplacement(endpoints));
    }
}
