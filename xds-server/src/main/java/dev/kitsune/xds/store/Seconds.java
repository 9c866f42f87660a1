package dev.kitsune.xds.store;

import dev.kitsune.xds.alarm.AlarmListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A timer for seconds. Tests use one that they control. */
@FunctionalInterface
public interface Seconds {
    /** The timer of this machine. An outdated call does no harm. */
    Seconds OF_THE_SYSTEM =
            listener -> CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(listener::due);

    /** Calls the listener once after a second, from a separate thread. */
    void next(AlarmListener listener);
}
