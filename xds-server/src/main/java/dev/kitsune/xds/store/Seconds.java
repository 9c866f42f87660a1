package dev.kitsune.xds.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Who calls when a second is over; tests have one whose seconds they let pass. */
@FunctionalInterface
public interface Seconds {
    /** The machine's. A call that nobody needs any more does no harm. */
    Seconds OF_THE_SYSTEM =
            call -> CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(call);

    /** Calls once, from a thread of its own, after a second. */
    void next(Runnable call);
}
