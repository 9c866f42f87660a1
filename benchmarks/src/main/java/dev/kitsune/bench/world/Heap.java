package dev.kitsune.bench.world;

import java.lang.management.ManagementFactory;

/** The heap of this JVM. */
public final class Heap {
    private Heap() {}

    /** Returns the number of live bytes after a full garbage collection. */
    public static long live() {
        long least = Long.MAX_VALUE;
        // Objects that one collection gives to finalisers and cleaners are freed by the next one.
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
