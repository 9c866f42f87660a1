package dev.kitsune.xds.server;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.kitsune.xds.alarm.Alarm;
import dev.kitsune.xds.alarm.SystemAlarm;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.delta.Streams;
import dev.kitsune.xds.expiry.Uses;
import dev.kitsune.xds.identity.CallerInterceptor;
import dev.kitsune.xds.identity.PortAccess;
import dev.kitsune.xds.load.BrokenNames;
import dev.kitsune.xds.load.LoadService;
import dev.kitsune.xds.load.OtherReplicas;
import dev.kitsune.xds.load.StreamsHere;
import dev.kitsune.xds.node.CallingNode;
import dev.kitsune.xds.sotw.KitsuneDiscoveryServer;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.use.ProxyUses;
import dev.kitsune.xds.use.UseReports;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Serves the store to Envoys, by gRPC. */
public final class XdsServer implements AutoCloseable {
    /**
     * A reconnecting Envoy names every resource that it has: about 80 bytes each, for 100,000 virtual environments and
     * more.
     */
    private static final int MAX_REQUEST_BYTES = 32 << 20;

    /**
     * An Envoy has one for its resources, and a few for its reports; a proxy in front of the port may bring many
     * clients.
     */
    static final int MOST_STREAMS = 100;

    /** A load that is under way when the process is told to stop takes almost as long. */
    private static final long GRACE_SECONDS = 3;

    /** A connection that is old enough gets no new calls, and in this time its calls end. A load takes three seconds. */
    private static final long AGE_GRACE_SECONDS = 5;

    private final InetSocketAddress address;
    private final ExecutorService workers = workers();
    private final Alarm alarm = new SystemAlarm("xds-minutes");
    private final Streams streams;
    private final KitsuneDiscoveryServer discovery;
    private final OtherReplicas others;
    private final BrokenConnections broken;
    private final Server server;

    /**
     * Does not listen yet.
     *
     * @param address port 0 takes a free one
     * @param uses is told which virtual environments proxies report as used
     * @param faulty tells proxies which names are those of broken virtual environments
     */
    public XdsServer(
            ResourceStore store, InetSocketAddress address, Uses uses, BrokenNames faulty, MeterRegistry meters) {
        this(store, address, uses, faulty, meters, Peers.NONE);
    }

    /** The same as one of several replicas. */
    public XdsServer(
            ResourceStore store,
            InetSocketAddress address,
            Uses uses,
            BrokenNames faulty,
            MeterRegistry meters,
            Peers peers) {
        this(store, address, uses, faulty, meters, peers, PortAccess.OPEN);
    }

    /** The same for those who have access. */
    public XdsServer(
            ResourceStore store,
            InetSocketAddress address,
            Uses uses,
            BrokenNames faulty,
            MeterRegistry meters,
            Peers peers,
            PortAccess access) {
        this.address = address;
        this.others = peers.others();
        this.broken = new BrokenConnections(meters);
        this.streams = new Streams(store, workers, meters);
        StreamsHere here = new StreamsHere(store, streams);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address, access.transport())
                .executor(workers)
                .maxInboundMessageSize(MAX_REQUEST_BYTES)
                .addStreamTracerFactory(CallerInterceptor.tracers())
                .maxConcurrentCallsPerConnection(MOST_STREAMS)
                .permitKeepAliveWithoutCalls(true)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .keepAliveTime(30, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS);
        Duration connectionAge = peers.connectionAge();
        if (connectionAge != null) {
            builder.maxConnectionAge(connectionAge.toMillis(), TimeUnit.MILLISECONDS)
                    .maxConnectionAgeGrace(AGE_GRACE_SECONDS, TimeUnit.SECONDS);
        }
        this.discovery = new KitsuneDiscoveryServer(store, streams, workers, meters);
        CallerInterceptor callers = new CallerInterceptor(access.check(), workers, meters);
        discovery.services().forEach(service -> builder.addService(ServerInterceptors.intercept(service, callers)));
        ProxyUses byProxy = (nodeId, used) -> {
            here.used(nodeId, used);
            others.used(nodeId, used);
        };
        UseReports reports = new UseReports(uses, byProxy, InstantSource.system(), meters);
        LoadService loads = new LoadService(store, here, others, faulty, meters);
        builder.addService(ServerInterceptors.intercept(CallingNode.known(reports), callers));
        builder.addService(ServerInterceptors.intercept(CallingNode.known(loads), callers));
        // Replicas recognise each other by a token of their own.
        builder.addServices(peers.services());
        builder.addServices(others.services(here));
        this.server = builder.build();
    }

    /** Remaining tasks of its streams are dropped when it is closed. */
    private static ExecutorService workers() {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        return new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new ThreadFactoryBuilder()
                        .setNameFormat("xds-%d")
                        .setDaemon(true)
                        .build(),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Begins to listen; streams are answered from the first publish on. */
    public XdsServer start() throws ListenException {
        broken.listen();
        try {
            server.start();
            nextMinute();
            return this;
        } catch (IOException e) {
            broken.close();
            alarm.close();
            workers.shutdown();
            throw new ListenException(address, e);
        }
    }

    private void nextMinute() {
        alarm.at(alarm.clock().instant().plus(1, ChronoUnit.MINUTES), () -> {
            nextMinute();
            minute();
        });
    }

    /** Counts one more minute in which virtual environments may have been unused at proxies. */
    public void minute() {
        streams.minute();
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** Everything that can be called, for tests. */
    List<ServerServiceDefinition> services() {
        return server.getServices();
    }

    /** The clients that are connected, by node id. */
    public List<StreamView> streams() {
        return discovery.views();
    }

    /** The number of clients that are connected. */
    public int connected() {
        return discovery.connected();
    }

    /** Ends the clients' streams, so that they reconnect elsewhere, and stops. */
    @Override
    public void close() {
        alarm.close();
        server.shutdown();
        streams.close();
        try {
            if (!server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow().awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        workers.shutdown();
        others.close();
        broken.close();
    }
}
