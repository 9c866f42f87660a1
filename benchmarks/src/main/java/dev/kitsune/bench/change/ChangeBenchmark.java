package dev.kitsune.bench.change;

import dev.kitsune.bench.lab.Lab;
import dev.kitsune.bench.report.ChangeRow;
import dev.kitsune.bench.report.HeapRow;
import dev.kitsune.bench.world.FolderWorld;
import dev.kitsune.bench.world.Heap;
import dev.kitsune.bench.world.ServedWorld;
import dev.kitsune.bench.world.World;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.server.ListenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the time from a change of one virtual environment until many proxies have it, and the control plane's heap.
 */
public final class ChangeBenchmark {
    private static final int IN_USE = 10;

    /** Nothing listens on these ports, because this benchmark sends no requests. */
    static final World WORLD = new World(Clients.SERVICES, 15000, 15080);

    private final Lab lab;
    private final ChangePlan plan;
    private final List<ChangeRow> changes = new ArrayList<>();
    private final List<HeapRow> heaps = new ArrayList<>();
    private long empty;

    /** The extent of the measurement. */
    public record ChangePlan(List<Integer> virtualEnvironments, List<Integer> clients, int repetitions) {
        public ChangePlan {
            virtualEnvironments = List.copyOf(virtualEnvironments);
            clients = List.copyOf(clients);
        }
    }

    /** The results of the measurement. */
    public record ChangeResult(List<ChangeRow> changes, List<HeapRow> heaps) {}

    public ChangeBenchmark(Lab lab, ChangePlan plan) {
        this.lab = lab;
        this.plan = plan;
    }

    public ChangeResult run() throws IOException, InterruptedException, ListenException, ControlPlane.StartException {
        empty = Heap.live();
        for (int virtualEnvironments : plan.virtualEnvironments()) {
            for (int clients : plan.clients()) {
                fromTheResolver(virtualEnvironments, clients);
            }
        }
        for (int virtualEnvironments : plan.virtualEnvironments()) {
            fromTheFolder(virtualEnvironments, plan.clients().get(0));
        }
        return new ChangeResult(changes, heaps);
    }

    private void fromTheResolver(int virtualEnvironments, int clients) throws InterruptedException, ListenException {
        String what = virtualEnvironments + " virtual environments, " + clients + " clients";
        lab.progress().say("resolving: " + what);
        try (ServedWorld world = new ServedWorld(WORLD, virtualEnvironments)) {
            double without = heapMb();
            lab.progress().say("connecting: " + what);
            long started = System.nanoTime();
            List<Integer> inUse = inUse(virtualEnvironments);
            try (Clients connected = new Clients(clients, world.port(), inUse)) {
                double connectSeconds = (System.nanoTime() - started) / 1e9;
                world.awaitQuiet();
                heaps.add(new HeapRow(
                        virtualEnvironments, clients, without, heapMb(), connectSeconds, connected.kilobytes()));
                for (Change change : Change.values()) {
                    lab.progress().say(change + ": " + what);
                    changes.add(new Repetitions(world, connected, change, inUse.get(inUse.size() - 1))
                            .run(plan.repetitions())
                            .row("resolver", virtualEnvironments));
                }
            }
            world.awaitNoStreams();
        }
    }

    private void fromTheFolder(int virtualEnvironments, int clients)
            throws IOException, InterruptedException, ControlPlane.StartException {
        lab.progress().say("folder: " + virtualEnvironments + " virtual environments, " + clients + " clients");
        List<Integer> inUse = inUse(virtualEnvironments);
        try (FolderWorld world = new FolderWorld(
                        WORLD, virtualEnvironments, lab.work().resolve("folder-" + virtualEnvironments));
                Clients connected = new Clients(clients, world.port(), inUse)) {
            changes.add(new Repetitions(world, connected, Change.VARIABLE, inUse.get(inUse.size() - 1))
                    .run(plan.repetitions())
                    .row("folder", virtualEnvironments));
        }
    }

    private double heapMb() {
        return (Heap.live() - empty) / 1e6;
    }

    /**
     * Returns virtual environments that are spread evenly over all. The last one has no version of its own, so that a
     * change can give it one.
     */
    private static List<Integer> inUse(int virtualEnvironments) {
        List<Integer> used = new ArrayList<>();
        int count = Math.min(IN_USE, virtualEnvironments);
        for (int i = 0; i < count; i++) {
            used.add((int) ((i + 1L) * virtualEnvironments / count) - 1);
        }
        return used;
    }
}
