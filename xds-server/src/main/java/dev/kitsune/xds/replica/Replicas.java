package dev.kitsune.xds.replica;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.expiry.Uses;
import dev.kitsune.xds.progress.ProxyNewsListener;
import dev.kitsune.xds.thread.GracefulShutdown;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What several replicas know together. Each one reports to the holder of the lease, at the holder's xDS port: the
 * versions that it serves, what its proxies have of them, and the minutes in which they were used. The holder adds this
 * up, and passes the uses on. A replica without a holder goes on serving, and reports everything when there is one.
 */
public final class Replicas implements ProxyNewsListener, Uses, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Replicas.class);

    /** How often a replica shows that it lives, and tries again to reach the holder. */
    private static final Duration BEAT = Duration.ofSeconds(1);

    private final ThisReplica here;
    private final Others others;
    private final Uses uses;
    private final Duration beat;
    private final ScheduledThreadPoolExecutor thread;
    private final ReplicaReporter reporter;
    private final ReplicaReports reports;
    private final ReplicaService service;
    private final ReplicaTokenCheck check;
    private final List<ProxyNewsListener> listeners = new CopyOnWriteArrayList<>();

    /** The other replicas, and the ways to them. */
    public record Others(Holder holder, ReadyReplicas ready, ReplicaChannels channels) {}

    /**
     * Reports nothing before {@link #start}.
     *
     * @param token is the same on all replicas and known to nobody else
     * @param uses is told the uses that this replica and, at the holder, all others have seen
     */
    public Replicas(ThisReplica here, Others others, ReplicaToken token, Uses uses) {
        this(here, others, token, uses, BEAT);
    }

    Replicas(ThisReplica here, Others others, ReplicaToken token, Uses uses, Duration beat) {
        this.beat = beat;
        this.here = here;
        this.others = others;
        this.uses = uses;
        this.thread = new ScheduledThreadPoolExecutor(
                1,
                new ThreadFactoryBuilder()
                        .setNameFormat("replicas")
                        .setDaemon(true)
                        .build(),
                new ThreadPoolExecutor.DiscardPolicy());
        this.reporter = new ReplicaReporter(here, others, token, thread);
        this.reports = new ReplicaReports(others.ready(), here.name());
        this.service = new ReplicaService(others.holder(), this::take);
        this.check = new ReplicaTokenCheck(token);
    }

    /** The service that takes the reports of other replicas, for the xDS port. */
    public ServerServiceDefinition service() {
        return ServerInterceptors.intercept(service, check);
    }

    /**
     * Calls the listener when what {@link #of} answers may have changed for some virtual environments. It must not
     * block.
     */
    public void listen(ProxyNewsListener listener) {
        listeners.add(listener);
    }

    public void start() {
        var unused =
                thread.scheduleWithFixedDelay(() -> guarded(this::beat), 0, beat.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Another replica holds the lease now, or none, or this one. */
    public void holderChanged() {
        later(() -> {
            if (!others.holder().isThisReplica()) {
                reports.clear();
            }
            reporter.beat();
        });
    }

    /** This replica serves other versions of these virtual environments, or its proxies have something else of them. */
    @Override
    public void changed(Set<VirtualEnvironmentName> virtualEnvironments) {
        later(() -> {
            reporter.changed(virtualEnvironments);
            tell(virtualEnvironments);
        });
    }

    @Override
    public void used(VirtualEnvironmentName virtualEnvironment, Instant at) {
        uses.used(virtualEnvironment, at);
        reporter.used(virtualEnvironment, at);
    }

    /** Returns what all replicas have of a virtual environment, at the holder; elsewhere, what this one has. */
    public AcrossReplicas of(VirtualEnvironmentName virtualEnvironment, ServedGeneration wanted) {
        return reports.with(here, virtualEnvironment, wanted);
    }

    /**
     * Whether every ready replica has reported or is silent. A new holder should write nothing about replicas before.
     */
    public boolean isComplete() {
        return reports.isComplete();
    }

    private void beat() {
        reports.beat();
        if (!others.holder().isThisReplica()) {
            reports.clear();
        } else if (reports.hasChangedForAll(here)) {
            tell(here.served());
        }
        reporter.beat();
    }

    private void take(ReplicaReport report) {
        Set<VirtualEnvironmentName> touched = reports.add(report);
        report.uses().forEach(uses::used);
        later(() -> tell(touched));
    }

    private void tell(Set<VirtualEnvironmentName> virtualEnvironments) {
        if (!virtualEnvironments.isEmpty()) {
            listeners.forEach(listener -> listener.changed(virtualEnvironments));
        }
    }

    private void later(Runnable task) {
        thread.execute(() -> guarded(task));
    }

    /** A bug must not end the reports. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("A report between replicas failed: a fault of Kitsune, please report it", e);
        }
    }

    /** Is to be closed before the xDS port, which waits for its streams to end. */
    @Override
    public void close() {
        service.close();
        thread.execute(reporter::disconnect);
        GracefulShutdown.of(thread);
    }
}
