package dev.kitsune.bench.change;

import dev.kitsune.bench.world.World;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.name.ClusterName.HttpVersion;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Many sidecars of several component versions, each a workload of its own, over a few connections. */
final class Clients implements AutoCloseable {
    static final int SERVICES = 20;

    /** The number is below the limit of the xDS server for one connection. */
    private static final int STREAMS_OF_A_CHANNEL = 50;

    private static final int APP_PORT = 8080;
    private static final int MAX_MESSAGE = 64 << 20;
    private static final long PATIENCE_SECONDS = 600;

    private final int count;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final AtomicReference<@Nullable ChangeArrival> underWay = new AtomicReference<>();
    private final LongAdder received = new LongAdder();

    /**
     * Connects the clients and waits until each has everything.
     *
     * @param inUse the virtual environments that every client loads
     */
    Clients(int count, int port, List<Integer> inUse) throws InterruptedException {
        this.count = count;
        for (int i = 0; i < count; i += STREAMS_OF_A_CHANNEL) {
            channels.add(NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .directExecutor()
                    .maxInboundMessageSize(MAX_MESSAGE)
                    .build());
        }
        // A client has a cluster for each HTTP version of its app, two listeners, and two scopes and inbound routes for
        // each virtual environment in use. All of these share the outbound routes.
        long expected = HttpVersion.values().length + 2 + 3L * inUse.size() + 1;
        CountDownLatch incomplete = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            ComponentVersion version = World.service(i % SERVICES);
            Proxy proxy = new Proxy.SidecarProxy(
                    version, "workload-" + i, "127.0.0.1", 15000, 15001, APP_PORT, Scopes.ON_DEMAND);
            List<String> names =
                    inUse.stream().map(used -> World.name(used).value()).toList();
            new Client(i, underWay, received, expected, incomplete::countDown)
                    .connect(channels.get(i % channels.size()), proxy, names);
        }
        if (!incomplete.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            close();
            throw new IllegalStateException(incomplete.getCount() + " of " + count + " clients did not get everything");
        }
    }

    int count() {
        return count;
    }

    /** Returns the size of all responses so far, for each client. */
    double kilobytes() {
        return received.sum() / 1e3 / count;
    }

    /** Starts to record the arrival of a change of that virtual environment. */
    ChangeArrival watch(VirtualEnvironmentName virtualEnvironment) {
        ChangeArrival arrival = new ChangeArrival(virtualEnvironment, count);
        underWay.set(arrival);
        return arrival;
    }

    /** Waits until all connections have ended, so that they do not affect the next measurement. */
    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        try {
            for (ManagedChannel channel : channels) {
                channel.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channels.clear();
        underWay.set(null);
    }
}
