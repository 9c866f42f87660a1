package dev.kitsune.bench.load;

import java.util.Arrays;

/** The times that answers took. */
public final class Latencies {
    private long[] nanos = new long[1024];
    private int count;

    void add(long elapsed) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = elapsed;
    }

    public int count() {
        return count;
    }

    /**
     * Returns a latency in milliseconds; 0 if there was no answer.
     *
     * @param quantile 0.5 for the median, 1 for the longest
     */
    public double millis(double quantile) {
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[Math.min(count - 1, (int) Math.floor(quantile * count))] / 1e6;
    }
}
