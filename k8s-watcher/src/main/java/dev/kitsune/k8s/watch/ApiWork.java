package dev.kitsune.k8s.watch;

import dev.kitsune.model.problem.Fault;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for work that asks the API server. The thread of the source must not wait for it.
 *
 * @param <K> what there is work for
 */
public final class ApiWork<K extends Comparable<K>> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiWork.class);
    private static final long RETRY_MILLIS = 1_000;

    /** Works for some keys. */
    @FunctionalInterface
    public interface Worker<K> {
        /**
         * Works for them.
         *
         * @throws KubernetesClientException if it must be tried again later
         */
        void work(Set<K> keys);
    }

    /** Asks in its own way. */
    @FunctionalInterface
    public interface Asker {
        <T> T answer(ApiQuestion<T> question);
    }

    /** Asks the API server something. */
    @FunctionalInterface
    public interface ApiQuestion<T> {
        T ask();
    }

    private final Worker<K> worker;
    private final ScheduledExecutorService executor;
    private volatile boolean closed;

    /** Guarded by this, like all fields below. */
    private Set<K> keys = new TreeSet<>();

    private boolean started;
    private boolean scheduled;

    /** {@code thread}: the name of its thread */
    public ApiWork(String thread, Worker<K> worker) {
        this.worker = worker;
        this.executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread one = new Thread(task, thread);
            one.setDaemon(true);
            return one;
        });
    }

    /** There may be work for this key. */
    public synchronized void of(K key) {
        keys.add(key);
        schedule(0);
    }

    /** There may be work for this key after a while. */
    public void later(K key, Duration pause) {
        try {
            var unused = executor.schedule(() -> of(key), pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed", e);
        }
    }

    /** Begins to work. */
    public synchronized void start() {
        started = true;
        schedule(0);
    }

    private synchronized void schedule(long millis) {
        if (!started || scheduled || keys.isEmpty()) {
            return;
        }
        try {
            var unused = executor.schedule(this::work, millis, TimeUnit.MILLISECONDS);
            scheduled = true;
        } catch (RejectedExecutionException e) {
            LOG.debug("closed", e);
        }
    }

    private void work() {
        Set<K> taken;
        synchronized (this) {
            taken = keys;
            keys = new TreeSet<>();
            scheduled = false;
        }
        try {
            worker.work(taken);
        } catch (KubernetesClientException e) {
            LOG.debug("{} wait for the API server: {}", taken, ApiRefusal.words(e));
            synchronized (this) {
                keys.addAll(taken);
                schedule(RETRY_MILLIS);
            }
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("work for {} is skipped; {}", taken, Fault.of(e).sentence());
        }
    }

    /** Asks until there is an answer: without one, everything would count as undecided. */
    public <T> T patiently(ApiQuestion<T> question) {
        boolean said = false;
        while (true) {
            try {
                return question.ask();
            } catch (KubernetesClientException e) {
                if (closed) {
                    throw e;
                }
                if (!said) {
                    LOG.warn("waiting for the API server to list ReleaseManifests: {}", ApiRefusal.words(e));
                    said = true;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        executor.shutdownNow();
    }
}
