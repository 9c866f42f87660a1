package dev.kitsune.envoy.trace;

import java.util.List;
import java.util.Map;

/** How an Envoy ends with a request. */
public sealed interface Outcome {

    /**
     * It goes on.
     *
     * @param cluster to which cluster
     * @param endpoints where that is, one of which Envoy takes; for a call that leaves the mesh, its host
     * @param sent the request as it leaves
     * @param credentials header to the name of the secret that Envoy puts there in place of whatever {@code sent} holds
     * @param mirrors clusters that get a copy
     * @param answerHeaders headers that the answer will carry
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
     * @param details what Envoy calls the reason in its logs
     */
    record Answered(int status, String text, String details, Map<String, String> answerHeaders) implements Outcome {}
}
