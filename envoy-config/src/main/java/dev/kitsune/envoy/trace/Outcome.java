package dev.kitsune.envoy.trace;

import java.util.List;
import java.util.Map;

/** The outcome of a request at one Envoy. */
public sealed interface Outcome {

    /**
     * The request is forwarded.
     *
     * @param cluster the name of the cluster
     * @param endpoints the endpoints, of which Envoy uses one; for a call that leaves the mesh, its host
     * @param sent the request as it leaves
     * @param credentials the name of the secret for each header that Envoy injects, replacing the value in {@code sent}
     * @param mirrors the clusters that receive a copy
     * @param answerHeaders the headers that are added to the answer
     */
    record Forwarded(
            String cluster,
            List<String> endpoints,
            RequestHeaders sent,
            Map<String, String> credentials,
            List<String> mirrors,
            Map<String, String> answerHeaders)
            implements Outcome {
        public Forwarded {
            endpoints = List.copyOf(endpoints);
            mirrors = List.copyOf(mirrors);
        }
    }

    /**
     * Envoy answers by itself.
     *
     * @param text what the caller reads
     * @param details Envoy's response code details
     */
    record Answered(int status, String text, String details, Map<String, String> answerHeaders) implements Outcome {}
}
