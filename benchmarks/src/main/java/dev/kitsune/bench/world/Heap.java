package dev.kitsune.bench.world;

import java.lang.management.ManagementFactory;

/** What this JVM holds on to. */
public final class Heap {
    private Heap() {}

    /** Bytes that are alive, after a full collection. */
    public static long live() {
        long least = Long.MAX_VALUE;
        // What one collection hands to finalisers and cleaners, the next one frees.
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
