package dev.kitsune.xds.alarm;

import dev.kitsune.xds.thread.GracefulShutdown;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The clock of this machine. */
public final class SystemAlarm implements Alarm {
    private final ScheduledThreadPoolExecutor executor;
    private @Nullable ScheduledFuture<?> next;

    /** {@code name}: the name of its thread */
    public SystemAlarm(String name) {
        executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public InstantSource clock() {
        return InstantSource.system();
    }

    @Override
    public synchronized void at(Instant time, AlarmListener listener) {
        if (next != null) {
            next.cancel(false);
        }
        if (!executor.isShutdown()) {
            long millis = Math.max(0, Duration.between(Instant.now(), time).toMillis() + 1);
            next = executor.schedule(listener::due, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** Stops, and returns when a running call has ended. */
    @Override
    public void close() {
        GracefulShutdown.of(executor);
    }
}
