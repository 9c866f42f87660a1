package dev.kitsune.xds.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports served states to listeners, in order, one at a time, and on a thread that the pipeline does not wait for. */
final class Told {
    private static final Logger log = LoggerFactory.getLogger(Told.class);

    private final Executor executor;
    private final List<ServedStateListener> listeners = new CopyOnWriteArrayList<>();
    private final Queue<ServedState> untold = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean telling = new AtomicBoolean();
    private volatile ServedState state = ServedState.NOTHING;

    Told(Executor executor) {
        this.executor = executor;
    }

    ServedState state() {
        return state;
    }

    void listen(ServedStateListener listener) {
        listeners.add(listener);
    }

    void tell(ServedState next) {
        synchronized (this) {
            state = next;
            notifyAll();
        }
        untold.add(next);
        if (!listeners.isEmpty()) {
            executor.execute(this::tellAll);
        } else {
            untold.clear();
        }
    }

    private void tellAll() {
        while (!untold.isEmpty() && telling.compareAndSet(false, true)) {
            try {
                for (ServedState next = untold.poll(); next != null; next = untold.poll()) {
                    tellOne(next);
                }
            } finally {
                telling.set(false);
            }
        }
    }

    private void tellOne(ServedState next) {
        for (ServedStateListener listener : listeners) {
            try {
                listener.served(next);
            } catch (RuntimeException e) {
                log.error("A listener failed", e);
            }
        }
    }

    Optional<ServedState> await(ServedCondition condition, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        synchronized (this) {
            while (!condition.holds(state)) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return Optional.empty();
                }
                wait(left / 1_000_000, (int) (left % 1_000_000));
            }
            return Optional.of(state);
        }
    }
}
