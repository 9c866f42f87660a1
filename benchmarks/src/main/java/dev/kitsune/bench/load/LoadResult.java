package dev.kitsune.bench.load;

import java.util.Map;

/**
 * The result of one burst of requests.
 *
 * @param answered the number of requests with the expected answer
 * @param failed the number of all other results, by their description
 * @param seconds the time from the first request to the last answer
 */
public record LoadResult(int answered, Map<String, Integer> failed, double seconds, Latencies latencies) {
    public LoadResult {
        failed = Map.copyOf(failed);
    }

    public double perSecond() {
        return answered / seconds;
    }
}
