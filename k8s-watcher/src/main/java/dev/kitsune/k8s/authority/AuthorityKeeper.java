package dev.kitsune.k8s.authority;

import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.source.Deciding;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the certificate authorities in the Secret. The replica that decides also makes them, rotates them, and writes
 * what is trusted to where pods read it. It looks once in a while, so that what somebody deletes or changes is mended.
 */
public final class AuthorityKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorityKeeper.class);

    /** How long pods have to get a changed ConfigMap. The kubelet looks about once a minute. */
    public static final Duration SPREAD = Duration.ofMinutes(10);

    private static final Duration LOOKS = Duration.ofSeconds(1);
    private static final Duration MENDS = Duration.ofSeconds(5);

    private final ApiConnection connection;
    private final AuthoritySecret secret;
    private final AuthorityConfigMaps maps;
    private final String ownNamespace;
    private final Deciding deciding;
    private final AuthorityRotation rotation;
    private final PodNamespaces namespaces;
    private final AuthorityFollower follower;
    private final InstantSource clock;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kubernetes-authority");
        thread.setDaemon(true);
        return thread;
    });

    /** Used by the thread alone, like all fields below. */
    private @Nullable StoredAuthorities known;

    private WrittenMaps published = new WrittenMaps("", Set.of(), Instant.MIN);
    private Instant spreading = Instant.MIN;
    private boolean refused;

    /** What was written, where, and when that was seen last. */
    private record WrittenMaps(String trusted, Set<String> namespaces, Instant seen) {}

    /**
     * Where authorities are kept.
     *
     * @param config of a client with the rights of Kitsune
     * @param ownNamespace the namespace in which Kitsune runs
     * @param deciding nothing is written while this process does not decide
     */
    public record AuthorityPlace(Config config, String ownNamespace, Deciding deciding, PodNamespaces namespaces) {}

    /**
     * Knows nothing yet.
     *
     * @param spread how long pods have to get a changed ConfigMap
     */
    public AuthorityKeeper(
            AuthorityPlace place,
            AuthorityMaker maker,
            AuthorityFollower follower,
            Duration spread,
            InstantSource clock) {
        this.connection = new ApiConnection(place.config());
        this.secret = new AuthoritySecret(connection, place.ownNamespace());
        this.maps = new AuthorityConfigMaps(connection);
        this.ownNamespace = place.ownNamespace();
        this.deciding = place.deciding();
        this.namespaces = place.namespaces();
        this.rotation = new AuthorityRotation(maker, spread);
        this.follower = follower;
        this.clock = clock;
    }

    /** Begins to look. */
    public void start() {
        next(Duration.ZERO);
    }

    private void next(Duration pause) {
        if (!executor.isShutdown()) {
            var unused = executor.schedule(this::look, pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        try {
            follow();
        } catch (RuntimeException e) {
            LOG.error(
                    "the certificate authorities are looked at again later; {}",
                    Fault.of(e).sentence());
        }
        // Nobody can connect before there is one.
        next(known == null ? LOOKS.dividedBy(5) : LOOKS);
    }

    private void follow() {
        try {
            read();
            if (known != null && deciding.decides()) {
                publish(known);
                rotate(known);
            }
            refused = false;
        } catch (KubernetesClientException e) {
            failed(e);
        }
        if (known != null) {
            follower.follow(known);
        }
    }

    private void read() {
        StoredAuthorities stored = secret.read();
        if (stored != null) {
            known = stored;
        } else if (deciding.decides()) {
            LOG.info("there is no Secret {} in namespace {}, so it is made", AuthoritySecret.NAME, ownNamespace);
            write(rotation.again(known, clock.instant()));
        }
    }

    private void write(StoredAuthorities next) {
        StoredAuthorities written = secret.write(next);
        if (written != null) {
            known = written;
        }
    }

    private void rotate(StoredAuthorities now) {
        StoredAuthorities next = rotation.step(now, spreading, clock.instant());
        if (next != null) {
            LOG.info("the certificate authority is rotated: {}", next);
            write(next);
            publish(next);
        }
    }

    /** Writes what differs, and looks for differences where it did so before only now and then. */
    private void publish(StoredAuthorities authorities) {
        Set<String> needing = new TreeSet<>(namespaces.now());
        needing.add(ownNamespace);
        Instant now = clock.instant();
        String trusted = authorities.trusted();
        if (published.trusted().equals(trusted)
                && published.namespaces().equals(needing)
                && now.isBefore(published.seen().plus(MENDS))) {
            return;
        }
        for (String namespace : needing) {
            if (maps.write(namespace, trusted)) {
                spreading = clock.instant();
            }
        }
        if (spreading.equals(Instant.MIN)) {
            spreading = now; // An earlier process may have written them just now.
        }
        published = new WrittenMaps(trusted, needing, now);
    }

    private void failed(KubernetesClientException e) {
        if (ApiRefusal.is(e) && !refused) {
            LOG.warn(
                    "the Secret {} in namespace {} cannot be kept: {}. Let Kitsune get and update it, and create Secrets"
                            + " there",
                    AuthoritySecret.NAME,
                    ownNamespace,
                    ApiRefusal.words(e));
            refused = true;
        } else {
            LOG.debug("the certificate authorities are looked at again later: {}", ApiRefusal.words(e));
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        connection.close();
    }
}
