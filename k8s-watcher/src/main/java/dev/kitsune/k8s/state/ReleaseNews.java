package dev.kitsune.k8s.state;

import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Fault;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that tells a listener of releases what is new. The thread of the source must not wait for it. */
final class ReleaseNews implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReleaseNews.class);
    private static final long RETRY_MILLIS = 1_000;

    /** Tells what is new about some virtual environments. */
    @FunctionalInterface
    interface NewsTeller {
        /**
         * Tells it to whoever listens.
         *
         * @throws KubernetesClientException if it must be tried again later
         */
        void tell(Set<VirtualEnvironmentName> names);
    }

    /** Asks the API server something. */
    @FunctionalInterface
    interface ApiQuestion<T> {
        T ask();
    }

    private final NewsTeller teller;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kubernetes-releases");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean closed;

    /** Guarded by this, like all fields below. */
    private Set<VirtualEnvironmentName> names = new TreeSet<>();

    private boolean started;
    private boolean scheduled;

    ReleaseNews(NewsTeller teller) {
        this.teller = teller;
    }

    /** There may be something new about this virtual environment. */
    synchronized void of(VirtualEnvironmentName name) {
        names.add(name);
        schedule(0);
    }

    /** Begins to tell. */
    synchronized void start() {
        started = true;
        schedule(0);
    }

    private synchronized void schedule(long millis) {
        if (!started || scheduled || names.isEmpty()) {
            return;
        }
        try {
            var unused = executor.schedule(this::tell, millis, TimeUnit.MILLISECONDS);
            scheduled = true;
        } catch (RejectedExecutionException e) {
            LOG.debug("closed", e);
        }
    }

    private void tell() {
        Set<VirtualEnvironmentName> taken;
        synchronized (this) {
            taken = names;
            names = new TreeSet<>();
            scheduled = false;
        }
        try {
            teller.tell(taken);
        } catch (KubernetesClientException e) {
            LOG.debug("news of releases wait for the API server: {}", ApiRefusal.words(e));
            synchronized (this) {
                names.addAll(taken);
                schedule(RETRY_MILLIS);
            }
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("news of releases are skipped; {}", Fault.of(e).sentence());
        }
    }

    /** Asks until there is an answer: without one, everything would count as undecided. */
    <T> T patiently(ApiQuestion<T> question) {
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
