package dev.kitsune.k8s.watch;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server regularly whether it is there. If the network has lost a connection without closing it, a watch
 * would wait on it for a long time, although the API server has returned.
 */
final class Pulse {
    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final Duration MISSED = Duration.ofMillis(500);

    /** Begins the watches again that may wait on a lost connection. */
    @FunctionalInterface
    interface Recovery {
        /** {@code since}: when the API server was found to be away, by {@link System#nanoTime} */
        void recover(long since);
    }

    private final ApiConnection connection;
    private final ScheduledExecutorService threads;
    private final Recovery recovery;
    /** Used by one beat after the other. */
    private volatile boolean away;

    private volatile long since;

    Pulse(ApiConnection connection, ScheduledExecutorService threads, Recovery recovery) {
        this.connection = connection;
        this.threads = threads;
        this.recovery = recovery;
    }

    void start() {
        next(BEAT);
    }

    private void next(Duration pause) {
        try {
            threads.schedule(this::beat, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the source is closed", e);
        }
    }

    private void beat() {
        long now = System.nanoTime();
        try {
            connection.probe();
        } catch (KubernetesClientException e) {
            connection.failed(e);
            since = away ? since : now;
            away = true;
            next(MISSED);
            return;
        }
        if (away) {
            away = false;
            recovery.recover(since);
        }
        next(BEAT);
    }
}
