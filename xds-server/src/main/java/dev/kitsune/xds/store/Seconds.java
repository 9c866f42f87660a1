package dev.kitsune.xds.store;

import dev.kitsune.xds.alarm.AlarmListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Who tells when a second is over; tests have one whose seconds they let pass. */
@FunctionalInterface
public interface Seconds {
    /** The machine's. A call that nobody needs any more does no harm. */
    Seconds OF_THE_SYSTEM =
            listener -> CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(listener::due);

    /** Tells the listener once, from a thread of its own, after a second. */
    void next(AlarmListener listener);
}
