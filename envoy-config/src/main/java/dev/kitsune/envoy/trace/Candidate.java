package dev.kitsune.envoy.trace;

import io.envoyproxy.envoy.config.route.v3.Route;

/**
 * A route that may take a request.
 *
 * @param reason why it was passed over, in Envoy's words; empty where it was not
 */
public record Candidate(Route route, Verdict verdict, String reason) {
    /** What became of it. */
    public enum Verdict {
        /** It does not hold for the request. */
        PASSED,
        TAKEN,
        /** One before it was taken. */
        NOT_TRIED
    }
}
