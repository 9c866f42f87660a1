package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.ClusterState;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.source.CatalogListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that changes the state and delivers its changes. It waits for nothing else: an update is delivered at
 * once, with those that came while the one before was being delivered.
 */
final class Deliveries implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    private final ClusterState state;
    private final CatalogListener listener;
    private final SecretWatches secrets;
    private final BlockingQueue<StateUpdate> updates = new LinkedBlockingQueue<>();
    private final CountDownLatch first = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "kubernetes-source");
    private volatile boolean closed;

    Deliveries(ClusterState state, CatalogListener listener, SecretWatches secrets) {
        this.state = state;
        this.listener = listener;
        this.secrets = secrets;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** May be called by any thread. Updates are applied in this order. */
    void submit(StateUpdate update) {
        updates.add(update);
    }

    /** Waits until the whole content was delivered, or until this is closed. Returns false if neither is so in time. */
    boolean awaitFirst(long millis) throws InterruptedException {
        return first.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Stops, and returns when a running delivery has ended. */
    @Override
    public void close() {
        closed = true;
        first.countDown();
        submit(ignored -> {}); // wakes the thread
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<StateUpdate> batch = new ArrayList<>();
        try {
            while (!closed) {
                batch.add(updates.take());
                updates.drainTo(batch);
                batch.forEach(this::apply);
                batch.clear();
                if (deliverNext()) {
                    apply(ClusterState::delivered);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("interrupted", e);
        }
    }

    /** This is the only thread that delivers, so it must not end. */
    private void apply(StateUpdate update) {
        Fault.<@Nullable Object>guard(
                () -> {
                    update.apply(state);
                    return null;
                },
                fault -> {
                    LOG.error("a change of the cluster is skipped; {}", fault.sentence());
                    return null;
                });
    }

    /** Returns whether everything is delivered. */
    private boolean deliverNext() {
        return Fault.guard(
                () -> {
                    CatalogChange change = state.take();
                    secrets.follow(state, this);
                    return deliver(change);
                },
                fault -> {
                    LOG.error("the changes of the cluster wait for the next one; {}", fault.sentence());
                    return false;
                });
    }

    private boolean deliver(@Nullable CatalogChange change) {
        if (change == null || closed) {
            return first.getCount() == 0;
        }
        boolean processed = true;
        try {
            listener.changed(change);
        } catch (RuntimeException e) {
            LOG.error("a change of the cluster could not be processed; the next one will be", e);
            processed = false;
        }
        first.countDown();
        return processed;
    }
}
