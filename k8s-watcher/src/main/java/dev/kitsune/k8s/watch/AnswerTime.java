package dev.kitsune.k8s.watch;

import java.time.Duration;

/**
 * How long an answer of the API server is waited for. When the network loses every packet, a request ends only by this
 * time, and its sender is behind by as much when the network is back.
 */
public enum AnswerTime {
    /** Long enough for the list of a large cluster. */
    LIST(Duration.ofSeconds(30)),
    /** For a request about one object. */
    OBJECT(Duration.ofSeconds(3)),
    /** The holder reads the Lease and writes it several times before it has to stop deciding. */
    LEASE(Duration.ofSeconds(2)),
    /** For finding out whether there is an API server. */
    PROBE(Duration.ofSeconds(2));

    private final Duration most;

    AnswerTime(Duration most) {
        this.most = most;
    }

    int millis() {
        return (int) most.toMillis();
    }
}
