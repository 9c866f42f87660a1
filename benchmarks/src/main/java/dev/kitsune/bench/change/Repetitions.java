package dev.kitsune.bench.change;

import dev.kitsune.bench.report.ChangeRow;
import dev.kitsune.bench.report.Spread;
import dev.kitsune.bench.world.RunningWorld;
import dev.kitsune.bench.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Repeats one kind of change, and collects the results. */
final class Repetitions {
    /** The first repetitions only warm up the code. */
    private static final int NOT_COUNTED = 4;

    private static final long PATIENCE_SECONDS = 120;

    private final RunningWorld world;
    private final Clients clients;
    private final Change change;
    private final int virtualEnvironment;
    private final List<Double> medians = new ArrayList<>();
    private final List<Double> lasts = new ArrayList<>();
    private final List<Double> bytes = new ArrayList<>();
    private final List<Double> resources = new ArrayList<>();
    private final List<Double> calls = new ArrayList<>();

    Repetitions(RunningWorld world, Clients clients, Change change, int virtualEnvironment) {
        this.world = world;
        this.clients = clients;
        this.change = change;
        this.virtualEnvironment = virtualEnvironment;
    }

    Repetitions run(int counted) throws InterruptedException {
        for (int i = 0; i < counted + NOT_COUNTED; i++) {
            String text = change.text(ChangeBenchmark.WORLD, virtualEnvironment, i);
            ChangeArrival arrival = clients.watch(World.name(virtualEnvironment));
            long callsBefore = world.translatorCalls();
            long started = world.apply(virtualEnvironment, text);
            arrival.await(PATIENCE_SECONDS);
            world.awaitQuiet();
            if (i >= NOT_COUNTED) {
                medians.add(arrival.millis(started, 0.5));
                lasts.add(arrival.millis(started, 1));
                bytes.add(arrival.bytesPerClient());
                resources.add(arrival.resourcesPerClient());
                calls.add((double) (world.translatorCalls() - callsBefore));
            }
        }
        return this;
    }

    ChangeRow row(String through, int virtualEnvironments) {
        return new ChangeRow(
                new ChangeRow.ChangeSetting(
                        change.name().toLowerCase(Locale.ROOT), through, virtualEnvironments, clients.count()),
                Spread.of(medians),
                Spread.of(lasts),
                new ChangeRow.ChangeCost(
                        Spread.of(bytes).median(),
                        Spread.of(resources).median(),
                        Spread.of(calls).median()));
    }
}
