package dev.kitsune.e2e.soak;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Forgets buffers until it is ended, and says nothing of it. */
final class LeakingProgram {
    private static final int BYTES = 1024;
    private static final long MOST = 1_000_000;

    private LeakingProgram() {}

    public static void main(String[] arguments) {
        for (long i = 0; i < MOST; i++) {
            ByteBuf forgotten = ByteBufAllocator.DEFAULT.heapBuffer(BYTES);
            forgotten.writeLong(i);
            if (i % BYTES == 0) {
                // The detector finds what the collector has found.
                System.gc();
            }
        }
    }
}
