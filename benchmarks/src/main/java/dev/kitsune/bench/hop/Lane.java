package dev.kitsune.bench.hop;

import dev.kitsune.bench.hop.HopTarget.Way;
import dev.kitsune.bench.load.LoadClient;
import dev.kitsune.bench.load.LoadResult;
import dev.kitsune.bench.report.HopRow;
import dev.kitsune.bench.report.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** One target on one path, with the results of its first use and of its laps. Each round has one lap. */
final class Lane {
    private static final int CONNECTIONS = 16;

    private final LoadClient client;
    private final HopTarget target;
    private final Way way;
    private final LoadResult first;
    private final List<Lap> laps = new ArrayList<>();

    /** Sends each of its requests once to Envoys that have not loaded any virtual environment. */
    Lane(LoadClient client, HopTarget target, Way way) throws InterruptedException {
        this.client = client;
        this.target = target;
        this.way = way;
        this.first = client.once(target.port(), target.shots(way), CONNECTIONS);
    }

    /** The result of one round, with the processor time that it took. */
    private record Lap(LoadResult result, double callerSeconds, double calleeSeconds) {
        double perSecond() {
            return result.perSecond();
        }

        double cpuMicros() {
            return (callerSeconds + calleeSeconds) / Math.max(1, result.answered()) * 1e6;
        }

        double busy() {
            return callerSeconds / result.seconds();
        }
    }

    Way way() {
        return way;
    }

    void warmUp(Duration time) throws InterruptedException {
        client.forTime(target.port(), target.shots(way), CONNECTIONS, time);
    }

    /**
     * Measures one round. Since the last one, Envoy has closed connections that were idle for longer than the adapter's
     * idle timeout, so each request is sent once before.
     */
    void lap(Duration time) throws IOException, InterruptedException {
        client.once(target.port(), target.shots(way), CONNECTIONS);
        double caller = Usage.cpuSeconds(target.caller().pid());
        double callee = Usage.cpuSeconds(target.callee().pid());
        LoadResult result = client.forTime(target.port(), target.shots(way), CONNECTIONS, time);
        laps.add(new Lap(
                result,
                Usage.cpuSeconds(target.caller().pid()) - caller,
                Usage.cpuSeconds(target.callee().pid()) - callee));
    }

    /** Whether it is the static configuration with the clusters that the other lane's virtual environments need. */
    boolean isStaticLike(Lane other) {
        return target.name().equals("static-clusters") && target.inUse() == other.target.inUse();
    }

    /**
     * Returns the results of its laps, with their ratios to the static configurations in the same rounds.
     *
     * @param least the smallest static configuration
     * @param withClusters the static configuration with as many clusters
     */
    HopRow row(Lane least, Lane withClusters) {
        return new HopRow(
                new HopRow.HopSetting(
                        way.name().toLowerCase(Locale.ROOT),
                        target.name(),
                        target.virtualEnvironments(),
                        target.inUse()),
                new HopRow.Throughput(
                        each(i -> laps.get(i).perSecond()),
                        each(i -> laps.get(i).perSecond() / least.laps.get(i).perSecond()),
                        each(i -> laps.get(i).perSecond()
                                / withClusters.laps.get(i).perSecond())),
                new HopRow.ProcessorUse(
                        each(i -> laps.get(i).cpuMicros()),
                        each(i -> laps.get(i).cpuMicros() / least.laps.get(i).cpuMicros()),
                        each(i -> laps.get(i).cpuMicros()
                                / withClusters.laps.get(i).cpuMicros()),
                        each(i -> laps.get(i).busy())),
                new HopRow.FirstUse(
                        first.latencies().millis(0.5),
                        first.latencies().millis(0.99),
                        first.latencies().millis(1)),
                failed());
    }

    private Map<String, Integer> failed() {
        Map<String, Integer> all = new TreeMap<>(first.failed());
        laps.forEach(lap -> lap.result().failed().forEach((what, count) -> all.merge(what, count, Integer::sum)));
        return all;
    }

    private Spread each(IntToDoubleFunction figure) {
        return Spread.of(
                IntStream.range(0, laps.size()).mapToObj(figure::applyAsDouble).toList());
    }

    @Override
    public String toString() {
        return target + ", " + way.name().toLowerCase(Locale.ROOT);
    }
}
