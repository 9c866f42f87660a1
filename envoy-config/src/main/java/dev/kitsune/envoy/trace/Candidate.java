package dev.kitsune.envoy.trace;

import io.envoyproxy.envoy.config.route.v3.Route;

/**
 * A route that may match a request.
 *
 * @param reason why it does not match, in Envoy's words; empty if it matches
 */
public record Candidate(Route route, Verdict verdict, String reason) {
    /** The result for a route. */
    public enum Verdict {
        /** It does not match the request. */
        PASSED,
        TAKEN,
        /** An earlier route matched. */
        NOT_TRIED
    }
}
