package dev.kitsune.bench.hop;

import dev.kitsune.bench.hop.HopTarget.Way;
import dev.kitsune.bench.lab.Lab;
import dev.kitsune.bench.load.LoadClient;
import dev.kitsune.bench.report.HopRow;
import dev.kitsune.bench.report.SidecarRow;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.xds.server.ListenException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Measures requests through sidecars with few and with many virtual environments, and requests through static
 * configurations of the same hops. All of them run at the same time and are measured in turn, so that other load on the
 * machine affects all of them equally.
 */
public final class HopBenchmark {
    private final Lab lab;
    private final HopPlan plan;

    /**
     * The extent of the measurement.
     *
     * @param lap the time for one target and one path in one round
     */
    public record HopPlan(List<Integer> virtualEnvironments, int rounds, Duration lap) {
        public HopPlan {
            virtualEnvironments = List.copyOf(virtualEnvironments);
        }
    }

    /** The results of the measurement. */
    public record HopResult(List<HopRow> hops, List<SidecarRow> sidecars) {}

    public HopBenchmark(Lab lab, HopPlan plan) {
        this.lab = lab;
        this.plan = plan;
    }

    /**
     * Runs the benchmark. The calling thread must not end before, because Envoys end with the thread that started them.
     */
    public HopResult run() throws IOException, InterruptedException, ListenException {
        try (HopTargets start = new HopTargets(lab);
                LoadClient client = new LoadClient()) {
            List<HopTarget> targets = new ArrayList<>();
            SortedSet<Integer> used = new TreeSet<>();
            plan.virtualEnvironments().forEach(n -> used.add(HopTargets.inUse(n).size()));
            targets.add(start.ofStatic(used.last()));
            // With only one virtual environment in use, both static configurations are the same.
            for (int clusters : used.tailSet(2)) {
                targets.add(start.ofStaticClusters(clusters));
            }
            for (int virtualEnvironments : plan.virtualEnvironments()) {
                targets.add(start.of(virtualEnvironments));
            }
            List<Lane> lanes = new ArrayList<>();
            List<SidecarRow> sidecars = new ArrayList<>();
            for (HopTarget target : targets) {
                for (Way way : Way.values()) {
                    lab.progress()
                            .say("first use: " + target + ", " + way.name().toLowerCase(Locale.ROOT));
                    Lane lane = new Lane(client, target, way);
                    lane.warmUp(plan.lap());
                    lanes.add(lane);
                }
                sidecars.add(sidecars(target));
            }
            for (int round = 0; round < plan.rounds(); round++) {
                for (int i = 0; i < lanes.size(); i++) {
                    // Each round begins with another lane, so that the static ones are not always the first.
                    Lane lane = lanes.get((i + round) % lanes.size());
                    lab.progress().say("round " + (round + 1) + " of " + plan.rounds() + ": " + lane);
                    lane.lap(plan.lap());
                }
            }
            return new HopResult(rows(lanes), sidecars);
        }
    }

    private static List<HopRow> rows(List<Lane> lanes) {
        List<HopRow> rows = new ArrayList<>();
        for (Way way : Way.values()) {
            List<Lane> ofWay = lanes.stream().filter(lane -> lane.way() == way).toList();
            Lane least = ofWay.get(0);
            for (Lane lane : ofWay) {
                Lane withClusters = ofWay.stream()
                        .filter(other -> other.isStaticLike(lane))
                        .findFirst()
                        .orElse(least);
                rows.add(lane.row(least, withClusters));
            }
        }
        return rows;
    }

    private static SidecarRow sidecars(HopTarget target) throws IOException, InterruptedException {
        return new SidecarRow(
                target.name(),
                target.virtualEnvironments(),
                target.inUse(),
                allocated(target.caller()) / 1e6,
                Usage.residentBytes(target.caller().pid()) / 1e6,
                allocated(target.callee()) / 1e6,
                Usage.residentBytes(target.callee().pid()) / 1e6);
    }

    private static long allocated(EnvoyProcess envoy) throws IOException, InterruptedException {
        String memory = envoy.admin().get("/memory");
        return Long.parseLong(memory.replaceFirst("(?s).*\"allocated\":\\s*\"(\\d+)\".*", "$1"));
    }
}
