package dev.kitsune.k8s.watch;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;

/**
 * Asks the API server regularly whether it is there. If the network has lost a connection without closing it, a watch
 * would wait on it for a long time, although the API server has returned.
 */
final class Pulse {
    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final Duration MISSED = Duration.ofMillis(500);

    /** Begins the watches again that may wait on a lost connection. */
    @FunctionalInterface
    interface Recovery {
        /** {@code since}: when the API server was found to be away, by {@link System#nanoTime} */
        void recover(long since);
    }

    private final ApiConnection connection;
    private final ApiThreads threads;
    private final Recovery recovery;
    /** Used by one beat after the other. */
    private volatile boolean away;

    private volatile long since;

    Pulse(ApiConnection connection, ApiThreads threads, Recovery recovery) {
        this.connection = connection;
        this.threads = threads;
        this.recovery = recovery;
    }

    void start() {
        threads.after(BEAT, this::beat);
    }

    private void beat() {
        try {
            look();
        } finally {
            threads.after(away ? MISSED : BEAT, this::beat);
        }
    }

    private void look() {
        long now = System.nanoTime();
        try {
            connection.probe();
        } catch (KubernetesClientException e) {
            connection.failed(e);
            since = away ? since : now;
            away = true;
            return;
        }
        if (away) {
            away = false;
            recovery.recover(since);
        }
    }
}
