package dev.kitsune.bench.world;

import dev.kitsune.xds.delta.StreamView;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits until streams have settled. */
final class Quiet {
    private static final int LOOK_AGAIN_MILLIS = 5;
    private static final long PATIENCE_MINUTES = 10;

    private Quiet() {}

    /** Whether no resource waits to be sent or to be acknowledged. */
    static boolean isQuiet(List<StreamView> streams) {
        return streams.stream()
                .flatMap(stream -> stream.types().values().stream())
                .noneMatch(type -> type.inFlight() || type.waiting() > 0);
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the streams are not quiet after " + PATIENCE_MINUTES + " minutes");
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }
}
