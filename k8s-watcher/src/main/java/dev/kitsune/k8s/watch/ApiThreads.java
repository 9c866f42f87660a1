package dev.kitsune.k8s.watch;

import dev.kitsune.model.problem.Fault;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that wait for answers of the API server. */
final class ApiThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiThreads.class);
    private static final int THREADS = 8;

    /** Asks the API server, and may take long. */
    @FunctionalInterface
    interface ApiTask {
        void run();
    }

    private final ScheduledExecutorService executor;

    ApiThreads() {
        AtomicInteger number = new AtomicInteger();
        executor = Executors.newScheduledThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "kubernetes-api-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Runs a task after a pause. Does nothing when this is closed. */
    void after(Duration pause, ApiTask task) {
        try {
            var unused = executor.schedule(() -> run(task), pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed", e);
        }
    }

    private static void run(ApiTask task) {
        try {
            task.run();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("a request to the API server failed; {}", Fault.of(e).sentence());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
