package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.k8s.lease.HolderLease;
import dev.kitsune.k8s.lease.Replica;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The network between a replica and the API server loses every packet: nothing is refused, and nothing answers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HangingApiServerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Within this time after the return of the network the holder decides again. */
    private static final Duration RETURN = Duration.ofSeconds(5);

    /** A write over a connection that is lost, unnoticed, takes three seconds to fail. */
    private static final Duration WRITTEN = Duration.ofSeconds(10);

    /** How long a Lease lasts without a renewal. */
    private static final Duration LEASE = Duration.ofSeconds(15);

    private static final String RELEASE = "{environment: dev, release: {apps: {shop: {appDeployment: %s}}}}";

    @TempDir
    private static Path folder;

    private final Opened opened = new Opened();
    private ApiServer server;
    private ServedCluster cluster;

    @BeforeAll
    void startServer() throws Exception {
        server = ServedCluster.startServer(folder);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        cluster = ServedCluster.on(server);
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
        cluster.clear();
        cluster.endLease();
    }

    /** A Lease that notes what it tells its listener. */
    private final class Told {
        final CuttableLine line = opened.add(cluster.lineToServer());
        final List<Boolean> decides = new CopyOnWriteArrayList<>();
        final HolderLease lease;

        Told(String name) throws Exception {
            lease = opened.add(new HolderLease(
                    cluster.through(line),
                    ServedCluster.SYSTEM,
                    new Replica(name, null),
                    this::note,
                    InstantSource.system()));
            lease.start();
        }

        private void note() {
            decides.add(lease.decides());
        }
    }

    @Test
    void theHolderStopsInTimeAndDecidesAgainWhenTheNetworkIsBack() throws Exception {
        Told holder = new Told("one");
        await().atMost(PATIENCE).until(() -> holder.decides.equals(List.of(true)));

        holder.line.fallSilent();
        long silent = System.nanoTime();
        await().atMost(PATIENCE).until(() -> holder.decides.equals(List.of(true, false)));
        assertThat(Duration.ofNanos(System.nanoTime() - silent))
                .as("others take the Lease after that")
                .isLessThan(LEASE);

        holder.line.speak();
        await().atMost(RETURN).until(holder.lease::decides);
        await().atMost(RETURN).until(() -> holder.decides.equals(List.of(true, false, true)));
    }

    @Test
    void aShortSilenceChangesNothing() throws Exception {
        Told holder = new Told("one");
        await().atMost(PATIENCE).until(() -> holder.decides.equals(List.of(true)));
        String identity = identity();

        for (int i = 0; i < 3; i++) {
            holder.line.fallSilent();
            await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(holder.lease::decides);
            holder.line.speak();
            await().during(RETURN).atMost(PATIENCE).until(holder.lease::decides);
        }

        assertThat(holder.decides).containsExactly(true);
        assertThat(identity()).isEqualTo(identity);
    }

    private String identity() {
        return Objects.requireNonNull(server.client()
                .leases()
                .inNamespace(ServedCluster.SYSTEM)
                .withName(HolderLease.NAME)
                .get()
                .getSpec()
                .getHolderIdentity());
    }

    @Test
    void twoNeverDecideAtOnce() throws Exception {
        Told one = new Told("one");
        await().atMost(PATIENCE).until(one.lease::decides);
        Told two = new Told("two");

        one.line.fallSilent();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
            assertThat(one.lease.decides() && two.lease.decides()).isFalse();
            return two.lease.decides();
        });
        assertThat(one.decides).as("it has been told before").containsExactly(true, false);

        one.line.speak();
        await().during(RETURN).atMost(PATIENCE).until(() -> two.lease.decides() && !one.lease.decides());
    }

    @Test
    void whatHappenedMeanwhileIsDecidedServedAndWrittenWhenTheNetworkIsBack() throws Exception {
        cluster.deployment("shop-1", "f1");
        cluster.deployment("shop-2", "f2");
        cluster.virtualEnvironment("main", RELEASE.formatted("shop-1"));
        CuttableLine line = opened.add(cluster.lineToServer());
        opened.add(cluster.replica("one", cluster.through(line), 0));
        await().atMost(PATIENCE).until(() -> Objects.equals(active(), 1) && isTold());

        line.fallSilent();
        cluster.virtualEnvironment("main", RELEASE.formatted("shop-2"));
        await().during(LEASE).atMost(PATIENCE).until(() -> Objects.equals(active(), 1) && !isTold());

        line.speak();
        long back = System.nanoTime();
        await().atMost(PATIENCE).until(() -> Objects.equals(active(), 2) && isTold());
        assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(WRITTEN);
    }

    private @Nullable Object active() {
        return cluster.status("main", "release", "active", "id");
    }

    /** Whether the status is about the newest spec. */
    private boolean isTold() {
        return cluster.isOfThisGeneration("main", "Ready")
                && "True".equals(cluster.condition("main", "Released", "status"));
    }
}
