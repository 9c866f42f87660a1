package dev.kitsune.bench.fleet;

import com.google.common.util.concurrent.MoreExecutors;
import dev.kitsune.bench.lab.Progress;
import dev.kitsune.bench.report.FleetRow;
import dev.kitsune.bench.world.Catalogs;
import dev.kitsune.bench.world.Heap;
import dev.kitsune.bench.world.World;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.RouteName.InboundRouteName;
import dev.kitsune.envoy.name.RouteName.OutboundRouteName;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.delta.LoadOutcome;
import dev.kitsune.xds.delta.LoadTime;
import dev.kitsune.xds.delta.Streams;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.TranslatedResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the memory of the control plane for the streams of very many proxies. The proxies are simulated in the same
 * process, without sockets, so the memory of gRPC's connections is not part of it.
 */
public final class FleetBenchmark {
    private static final int APP_PORT = 8080;
    private static final LoadTime LOAD_TIME = new LoadTime(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final Progress progress;
    private final List<FleetSize> sizes;

    /**
     * What one row measures.
     *
     * @param known the virtual environments
     * @param versions the component versions of the proxies
     * @param loaded the virtual environments that each proxy has loaded
     */
    public record FleetSize(int known, int proxies, int versions, int loaded) {}

    public FleetBenchmark(Progress progress, List<FleetSize> sizes) {
        this.progress = progress;
        this.sizes = List.copyOf(sizes);
    }

    public List<FleetRow> run() {
        List<FleetRow> rows = new ArrayList<>();
        for (FleetSize size : sizes) {
            rows.add(measure(size));
        }
        return rows;
    }

    private FleetRow measure(FleetSize size) {
        long empty = Heap.live();
        World world = new World(size.versions(), 15000, 15080);
        Resolution resolution = Resolver.resolve(Catalogs.of(world, size.known()));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        ResourceStore store = new ResourceStore(new TranslatedResources(), meters);
        store.publish(resolution.snapshot(), resolution.changed());
        Streams streams = new Streams(store, MoreExecutors.directExecutor(), meters);
        try {
            return measure(size, streams, store, empty);
        } finally {
            // Both belong to a control plane that runs.
            Reference.reachabilityFence(resolution);
            Reference.reachabilityFence(streams);
        }
    }

    private FleetRow measure(FleetSize size, Streams streams, ResourceStore store, long empty) {
        long before = Heap.live();
        long resources = 0;
        for (int i = 0; i < size.proxies(); i++) {
            if (i % 10_000 == 0) {
                progress.say(
                        i + " of " + size.proxies() + " proxies, each with " + size.loaded() + " virtual environments");
            }
            SimulatedProxy proxy = new SimulatedProxy("proxy-" + i);
            connect(streams, proxy, i, size);
            resources += proxy.resources();
        }
        double bytes = Heap.live() - before;
        return new FleetRow(
                size.known(),
                (before - empty) / 1e6,
                size.proxies(),
                size.versions(),
                size.loaded(),
                store.translatorCalls(),
                (double) resources / size.proxies(),
                bytes / 1e6);
    }

    private void connect(Streams streams, SimulatedProxy proxy, int number, FleetSize size) {
        ComponentVersion version = World.service(number % size.versions());
        proxy.connect(
                streams.open(proxy),
                new Proxy.SidecarProxy(
                        version, "workload-" + number, "127.0.0.1", 15000, 15001, APP_PORT, Proxy.Scopes.ON_DEMAND));
        for (int i = 0; i < size.loaded(); i++) {
            // Proxies of one version load the same virtual environments, and those of other versions load others.
            VirtualEnvironmentName name = World.name((number % size.versions() + i) % size.known());
            for (String direction : List.of(OutboundRouteName.DIRECTION, InboundRouteName.DIRECTION)) {
                LoadOutcome outcome = streams.load(proxy.id(), new ScopeKey(direction, name), LOAD_TIME, () -> {})
                        .join();
                if (outcome != LoadOutcome.LOADED) {
                    throw new IllegalStateException(proxy.id() + " could not load " + name + ": " + outcome);
                }
            }
        }
    }
}
