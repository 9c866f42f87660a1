package dev.kitsune.k8s.lease;

import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.source.Deciding;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Lease by which one of several replicas decides.
 *
 * <p>No clock is compared with another one's. A replica takes the Lease when it has seen no renewal for as long as the
 * Lease lasts, by its own clock. The holder stops to decide some seconds earlier if it cannot renew the Lease. A process
 * that was paused finds that it does not hold the Lease any more as soon as it goes on. What such a process has begun to
 * write is refused by the API server, because every write names the version that it replaces.
 */
public final class HolderLease implements Deciding, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HolderLease.class);

    /** The name of the Lease in the namespace of Kitsune. */
    public static final String NAME = "kitsune-holder";

    private static final Duration LASTS = Duration.ofSeconds(15);

    /** How long the holder decides after it began to write its last renewal. Others wait longer than that. */
    private static final Duration DECIDES = Duration.ofSeconds(10);

    private static final Duration LOOKS = Duration.ofSeconds(1);

    /** How often it is tried to leave the Lease. */
    private static final int ATTEMPTS = 3;

    private final ApiConnection connection;
    private final KubernetesClient client;
    private final String namespace;
    private final LeaseRecord.Claimant self;
    private final Replica replica;
    private final LeaseListener listener;
    private final InstantSource clock;
    private final ScheduledExecutorService executor = thread("kubernetes-lease");
    /** The Lease is renewed while the listener does what it has to do. */
    private final ScheduledExecutorService teller = thread("kubernetes-deciding");

    /** Guarded by this, like the next three. */
    private @Nullable Lease seen;

    private long seenAt;
    private @Nullable Boolean told;
    private @Nullable Replica toldHolder;

    private volatile @Nullable Instant before;
    private volatile @Nullable Replica holder;
    private boolean failing;
    /** By the clock of this JVM, and null if this process does not hold the Lease. */
    private volatile @Nullable Long until;

    /**
     * A Lease that this process does not hold.
     *
     * @param config of a client with the rights of Kitsune
     * @param namespace the namespace in which Kitsune runs
     * @param replica this process
     * @param clock gives the times that are written. What this process does depends on none of them
     */
    public HolderLease(Config config, String namespace, Replica replica, LeaseListener listener, InstantSource clock) {
        this.connection = new ApiConnection(config);
        this.client = connection.client(AnswerTime.LEASE);
        this.namespace = namespace;
        this.replica = replica;
        this.listener = listener;
        this.clock = clock;
        this.self = new LeaseRecord.Claimant(
                LeaseRecord.identity(replica, UUID.randomUUID().toString().substring(0, 8)), replica.address());
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Tries to get the Lease, tells the listener, and goes on trying. */
    public void start() {
        look();
        var unused =
                executor.scheduleWithFixedDelay(this::look, LOOKS.toMillis(), LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean decides() {
        Long end = until;
        return end != null && System.nanoTime() - end < 0;
    }

    /** Returns the replica that holds the Lease, as this one has seen it last; null for none. */
    public @Nullable Replica holder() {
        return holder;
    }

    /** Returns the time until which a replica ran, by the clock of its machine; now if there was none. */
    public Instant aliveUntil() {
        Instant until = before;
        return until == null ? clock.instant() : until;
    }

    /** Returns this process. */
    public Replica self() {
        return replica;
    }

    private synchronized void look() {
        try {
            tryToHold();
            if (failing) {
                LOG.info("the Lease {} can be renewed again", NAME);
                failing = false;
            }
        } catch (KubernetesClientException e) {
            if (!failing && ApiRefusal.is(e)) {
                LOG.warn(
                        "the Lease {} in namespace {} cannot be held: {}. Let Kitsune get, create and update Leases there."
                                + " This replica serves, and decides nothing",
                        NAME,
                        namespace,
                        ApiRefusal.words(e));
            }
            failing = true;
        } catch (RuntimeException e) {
            LOG.error(
                    "the Lease {} is looked at again later; {}",
                    NAME,
                    Fault.of(e).sentence());
        }
        tell();
    }

    private Resource<Lease> api() {
        return client.leases().inNamespace(namespace).withName(NAME);
    }

    private void tryToHold() {
        Lease now = api().get();
        if (seenAt == 0) {
            before = LeaseRecord.renewed(now);
        }
        if (seenAt == 0 || !Objects.equals(version(now), version(seen))) {
            seenAt = System.nanoTime();
        }
        seen = now;
        String identity = LeaseRecord.identity(now);
        boolean mine = self.identity().equals(identity);
        boolean over =
                System.nanoTime() - seenAt > LeaseRecord.duration(now, LASTS).toNanos();
        if (!mine) {
            until = null;
        }
        if (mine || identity == null || over) {
            hold(now);
        }
        holder = LeaseRecord.holder(seen);
    }

    private static @Nullable String version(@Nullable Lease lease) {
        return lease == null ? null : lease.getMetadata().getResourceVersion();
    }

    /** If another process has written it in the meantime, this one looks again later. */
    private void hold(@Nullable Lease before) {
        long began = System.nanoTime();
        Lease next = LeaseRecord.held(before, self, namespace, NAME, LASTS, now());
        try {
            seen = before == null
                    ? client.resource(next).create()
                    : client.resource(next).update();
            seenAt = System.nanoTime();
            until = began + DECIDES.toNanos();
        } catch (KubernetesClientException e) {
            if (!ApiRefusal.isConflict(e)) {
                throw e;
            }
            LOG.debug("another replica has the Lease", e);
        }
    }

    private ZonedDateTime now() {
        return clock.instant().atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    }

    private void tell() {
        boolean decides = decides();
        Replica by = holder;
        if (told == null || decides != told || !Objects.equals(by, toldHolder)) {
            if (told == null || decides != told) {
                LOG.info(decides ? "this replica decides" : "this replica serves what another one decides");
            }
            told = decides;
            toldHolder = by;
            teller.execute(this::changed);
        }
    }

    private void changed() {
        try {
            listener.changed();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error(
                    "the change of the deciding replica was not processed; {}",
                    Fault.of(e).sentence());
        }
    }

    /** Leaves the Lease to the others, so that they need not wait. */
    @Override
    public void close() {
        executor.shutdownNow();
        teller.shutdownNow();
        synchronized (this) {
            until = null;
            if (isMine(seen)) {
                try {
                    leave();
                } catch (KubernetesClientException e) {
                    LOG.debug("the others wait until the Lease is over: {}", ApiRefusal.words(e));
                }
            }
        }
        connection.close();
    }

    /** The last renewal may be written without an answer, even now, so the Lease is read again. */
    private void leave() {
        for (int attempt = 1; ; attempt++) {
            Lease held = api().get();
            if (held == null || !isMine(held)) {
                return;
            }
            try {
                client.resource(LeaseRecord.free(held, now())).update();
                return;
            } catch (KubernetesClientException e) {
                if (attempt == ATTEMPTS || !ApiRefusal.isConflict(e)) {
                    throw e;
                }
            }
        }
    }

    private boolean isMine(@Nullable Lease lease) {
        return self.identity().equals(LeaseRecord.identity(lease));
    }
}
