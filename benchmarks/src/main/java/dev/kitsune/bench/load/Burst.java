package dev.kitsune.bench.load;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The requests of one burst and the results of their answers. Only the event loop's thread uses it. */
final class Burst {
    private static final int NAMED_FAILURES = 5;

    private final List<Shot> shots;
    private final long count;
    private final long deadline;
    private final long started = System.nanoTime();
    private final Latencies latencies = new Latencies();
    private final Map<String, Integer> failed = new TreeMap<>();
    private final CompletableFuture<LoadResult> result = new CompletableFuture<>();
    private long sent;
    private int open;

    Burst(List<Shot> shots, long count, long deadline, int connections) {
        this.shots = shots;
        this.count = count;
        this.deadline = deadline;
        this.open = connections;
    }

    CompletableFuture<LoadResult> result() {
        return result;
    }

    /** Returns the next request; null after the last one, or after the deadline. */
    @Nullable
    Shot next() {
        if (sent >= count || System.nanoTime() >= deadline) {
            return null;
        }
        return shots.get((int) (sent++ % shots.size()));
    }

    void answered(Shot shot, int status, @Nullable String seen, long nanos) {
        if (status != 200) {
            failed("status " + status);
        } else if (!shot.seen().equals(seen)) {
            failed("the app saw " + seen + " in place of " + shot.seen());
        } else {
            latencies.add(nanos);
        }
    }

    void failed(String what) {
        boolean named = failed.size() < NAMED_FAILURES || failed.containsKey(what);
        failed.merge(named ? what : "others", 1, Integer::sum);
    }

    /** Counts a connection that is finished or lost. */
    void connectionEnded() {
        if (--open == 0) {
            end();
        }
    }

    void end() {
        result.complete(new LoadResult(latencies.count(), failed, (System.nanoTime() - started) / 1e9, latencies));
    }
}
