package dev.kitsune.k8s.status;

import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.state.Pace;
import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Fault;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the status of Kitsune's objects. It hears of the objects from the source, which must have this as a listener.
 * All requests are made by a thread of its own, so nobody waits for the API server.
 */
public final class StatusWriter implements ResourceListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
    private static final Duration LAST_WRITE = Duration.ofSeconds(3);
    private static final long RETRY = TimeUnit.SECONDS.toNanos(1);

    private final ApiConnection connection;
    private final StatusRounds rounds;
    private final Thread thread = new Thread(this::run, "kubernetes-status");

    /** Guarded by this, like the field below. */
    private boolean news;

    private boolean closed;

    /**
     * A writer that does nothing before it is started.
     *
     * @param config of a client with the rights of Kitsune
     * @param facts what is known of each object
     * @param guard whether this replica writes
     * @param pace of all writes of this process
     */
    public StatusWriter(Config config, FactSource facts, WriteGuard guard, Pace pace, InstantSource clock) {
        this.connection = new ApiConnection(config);
        this.rounds =
                new StatusRounds(facts, guard, new StatusApi(connection.client(AnswerTime.OBJECT), clock), pace, clock);
        thread.setDaemon(true);
    }

    /** Begins to write. */
    public void start() {
        thread.start();
    }

    /**
     * There may be something new about these objects, or about those of which nothing was known. Returns at once. It need
     * not be called for objects that have changed themselves.
     */
    public void changed(Collection<ObjectKey> keys) {
        rounds.changed(keys);
        wake();
    }

    @Override
    public void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
        rounds.put(SeenObject.of(key, resource));
    }

    /** Those who wrote it need its status most. */
    @Override
    public void unreadable(ObjectKey key, GenericKubernetesResource resource) {
        rounds.put(SeenObject.of(key, resource));
    }

    @Override
    public void removed(ObjectKey key) {
        rounds.removed(key);
    }

    @Override
    public void delivered() {
        rounds.delivered();
        wake();
    }

    /** Returns the number of statuses that this replica has written. */
    public long writes() {
        return rounds.writes();
    }

    private synchronized void wake() {
        news = true;
        notifyAll();
    }

    private void run() {
        try {
            boolean open = true;
            while (open) {
                open = pause(step());
            }
        } catch (InterruptedException e) {
            LOG.debug("interrupted", e);
        }
    }

    private long step() {
        try {
            return rounds.step(System.nanoTime());
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("the status of an object is skipped; {}", Fault.of(e).sentence());
            return RETRY;
        }
    }

    /** Waits for so long, or until there are news. Returns false if this is closed. */
    private synchronized boolean pause(long nanos) throws InterruptedException {
        long until = System.nanoTime() + nanos;
        long left = nanos;
        while (left > 0 && !news && !closed) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = until - System.nanoTime();
        }
        news = false;
        return !closed;
    }

    /** Stops when a write that is being made has ended, or when it takes too long. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join(LAST_WRITE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.close();
    }
}
