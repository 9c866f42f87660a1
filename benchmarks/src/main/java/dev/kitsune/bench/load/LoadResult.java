package dev.kitsune.bench.load;

import java.util.Map;

/**
 * What one burst of requests came to.
 *
 * @param answered requests that got the answer that they must get
 * @param failed every other outcome, by what it was
 * @param seconds from the first request to the last answer
 */
public record LoadResult(int answered, Map<String, Integer> failed, double seconds, Latencies latencies) {
    public LoadResult {
        failed = Map.copyOf(failed);
    }

    public double perSecond() {
        return answered / seconds;
    }
}
