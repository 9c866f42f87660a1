package dev.kitsune.e2e.http;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Sends requests without a pause, one after the other on each thread, and checks every answer. No request is repeated.
 */
public final class Load implements AutoCloseable {
    private static final int FAILURES_KEPT = 20;

    private final List<LoadAttempt> attempts;
    private final ExecutorService threads;
    private final AtomicLong sent = new AtomicLong();
    private final Object progress = new Object();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private long done;
    private long failed;
    private volatile boolean over;

    /**
     * One call, and the check of its answer.
     *
     * @param fault returns a sentence about a wrong answer; empty for a correct one
     */
    public record Check(Call call, Function<Answer, Optional<String>> fault) {}

    /** One request by any client. */
    @FunctionalInterface
    public interface LoadAttempt {
        /** Returns a sentence about a wrong answer; empty for a correct one. */
        Optional<String> fault() throws IOException, InterruptedException;
    }

    /** Starts to send requests. The checks take turns. */
    public Load(GatewayClient client, int concurrency, List<Check> checks) {
        this(concurrency, checks.stream().map(check -> attempt(client, check)).toList());
    }

    /** The same with requests of any kind. */
    public Load(int concurrency, List<LoadAttempt> attempts) {
        this.attempts = List.copyOf(attempts);
        this.threads = Executors.newFixedThreadPool(concurrency);
        for (int i = 0; i < concurrency; i++) {
            threads.execute(this::run);
        }
    }

    private static LoadAttempt attempt(GatewayClient client, Check check) {
        return () -> {
            Optional<String> fault;
            try {
                fault = check.fault().apply(client.send(check.call()));
            } catch (IOException e) {
                fault = Optional.of("no answer: " + e);
            } catch (RuntimeException e) {
                fault = Optional.of("no usable answer: " + e);
            }
            return fault.map(sentence -> check.call().headers() + ": " + sentence);
        };
    }

    private void run() {
        while (!over) {
            LoadAttempt attempt = attempts.get((int) (sent.getAndIncrement() % attempts.size()));
            Optional<String> fault;
            try {
                fault = attempt.fault();
            } catch (IOException | RuntimeException e) {
                fault = Optional.of("no answer: " + e);
            } catch (InterruptedException e) {
                return;
            }
            synchronized (progress) {
                done++;
                if (fault.isPresent()) {
                    failed++;
                    if (failures.size() < FAILURES_KEPT) {
                        failures.add("request " + done + ", " + fault.get());
                    }
                }
                progress.notifyAll();
            }
        }
    }

    /** Waits until this many more requests have been sent and answered. */
    public void awaitMore(int requests) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        synchronized (progress) {
            // Requests that are under way now do not count, because they were sent before.
            long goal = sent.get() + requests;
            while (done < goal) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new TimeoutException("only " + done + " of " + goal + " requests were answered in time");
                }
                TimeUnit.NANOSECONDS.timedWait(progress, left);
            }
        }
    }

    /** Returns the number of requests that were answered or failed. */
    public long done() {
        synchronized (progress) {
            return done;
        }
    }

    /** Returns the number of requests that failed or had a wrong answer. */
    public long failed() {
        synchronized (progress) {
            return failed;
        }
    }

    /** Returns the faults of the first failed requests. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** Stops after the requests that are under way have been answered. */
    @Override
    public void close() {
        over = true;
        threads.shutdown();
        try {
            if (!threads.awaitTermination(60, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
