package dev.kitsune.bench.change;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** One change that is being sent, with the time of its arrival at each client, and with everything sent meanwhile. */
final class ChangeArrival {
    private final VirtualEnvironmentName virtualEnvironment;
    private final AtomicLongArray arrivedAt;
    private final CountDownLatch missing;
    private final LongAdder bytes = new LongAdder();
    private final LongAdder resources = new LongAdder();

    ChangeArrival(VirtualEnvironmentName virtualEnvironment, int clients) {
        this.virtualEnvironment = virtualEnvironment;
        this.arrivedAt = new AtomicLongArray(clients);
        this.missing = new CountDownLatch(clients);
    }

    /** Whether a resource belongs to the changed virtual environment, which is the last part of the resource's name. */
    boolean isMeant(String resourceName) {
        return resourceName.endsWith(virtualEnvironment.value())
                && resourceName.charAt(resourceName.length()
                                - virtualEnvironment.value().length()
                                - 1)
                        == '/';
    }

    void received(int size, int count) {
        bytes.add(size);
        resources.add(count);
    }

    void arrived(int client, long now) {
        if (arrivedAt.compareAndSet(client, 0, now)) {
            missing.countDown();
        }
    }

    void await(long seconds) throws InterruptedException {
        if (!missing.await(seconds, TimeUnit.SECONDS)) {
            throw new IllegalStateException(missing.getCount() + " clients received no change of " + virtualEnvironment
                    + " within " + seconds + " s");
        }
    }

    /**
     * Returns the milliseconds from a moment until the arrival.
     *
     * @param quantile 0.5 for the median client, 1 for the last one
     */
    double millis(long since, double quantile) {
        long[] sorted = new long[arrivedAt.length()];
        Arrays.setAll(sorted, arrivedAt::get);
        Arrays.sort(sorted);
        return (sorted[Math.min(sorted.length - 1, (int) (quantile * sorted.length))] - since) / 1e6;
    }

    double bytesPerClient() {
        return bytes.sum() / (double) arrivedAt.length();
    }

    double resourcesPerClient() {
        return resources.sum() / (double) arrivedAt.length();
    }
}
