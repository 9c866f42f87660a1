package dev.kitsune.xds.thread;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Ends threads when they have done what they are doing, and waits for that for five seconds at most. */
public final class GracefulShutdown {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private GracefulShutdown() {}

    /** Takes no more work. Gives whether all of it was done in time; what was not is interrupted. */
    public static boolean of(ExecutorService executor) {
        executor.shutdown();
        boolean done =
                Uninterruptibles.awaitTerminationUninterruptibly(executor, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (!done) {
            executor.shutdownNow();
        }
        return done;
    }

    /** Interrupts a thread, which ends when it waits for something. */
    public static void of(Thread thread) {
        thread.interrupt();
        Uninterruptibles.joinUninterruptibly(thread, PATIENCE);
    }
}
