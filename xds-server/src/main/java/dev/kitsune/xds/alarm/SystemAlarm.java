package dev.kitsune.xds.alarm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The time of this machine. */
public final class SystemAlarm implements Alarm {
    private final ScheduledExecutorService executor;
    private @Nullable ScheduledFuture<?> next;

    /** {@code name}: of its thread */
    public SystemAlarm(String name) {
        executor = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    @Override
    public synchronized void at(Instant time, Runnable call) {
        if (next != null) {
            next.cancel(false);
        }
        if (!executor.isShutdown()) {
            long millis = Math.max(0, Duration.between(Instant.now(), time).toMillis() + 1);
            next = executor.schedule(call, millis, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public synchronized void close() {
        executor.shutdownNow();
    }
}
