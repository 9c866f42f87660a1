package dev.kitsune.e2e.kube;

import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.state.ClusterSightings;
import dev.kitsune.k8s.state.Pace;
import dev.kitsune.k8s.watch.KubernetesSource;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.xds.alarm.Alarm;
import dev.kitsune.xds.alarm.AlarmListener;
import dev.kitsune.xds.alarm.SystemAlarm;
import dev.kitsune.xds.expiry.ExpiryStage;
import io.fabric8.kubernetes.client.Config;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A replica with a clock that is wrong. It finds what has expired, and does nothing else. */
final class ExpiringReplica implements AutoCloseable {
    private final Alarm alarm;
    private final ClusterSightings sightings;
    private final ExpiryStage stage;
    private final KubernetesSource source;

    /** Guarded by this, like the next one. */
    private @Nullable CatalogChange last;

    private Set<ObjectKey> expired = Set.of();

    /** {@code ahead}: how far its clock is before that of this machine */
    ExpiringReplica(Config config, Deciding deciding, Duration ahead) {
        this.alarm = new WrongAlarm(ahead);
        this.sightings = new ClusterSightings(config, deciding, alarm.clock()::instant, new Pace());
        this.stage = new ExpiryStage(sightings, deciding, alarm, this::again);
        this.source = new KubernetesSource(config, ServedCluster.SYSTEM, ResourceListener.all(List.of(sightings)));
        stage.begin();
        source.start(this::accept);
    }

    private synchronized void accept(CatalogChange change) {
        last = change;
        again();
    }

    private synchronized void again() {
        if (last != null) {
            expired = Set.copyOf(stage.expire(last).catalog().expired().keySet());
        }
    }

    /** Returns what counts as expired here. */
    synchronized Set<ObjectKey> expired() {
        return expired;
    }

    @Override
    public void close() {
        source.close();
        alarm.close();
        stage.close();
        sightings.close();
    }

    private record WrongAlarm(Alarm right, Duration ahead) implements Alarm {
        WrongAlarm(Duration ahead) {
            this(new SystemAlarm("wrong-alarm"), ahead);
        }

        @Override
        public InstantSource clock() {
            return () -> right.clock().instant().plus(ahead);
        }

        @Override
        public void at(Instant time, AlarmListener listener) {
            right.at(time.minus(ahead), listener);
        }

        @Override
        public void close() {
            right.close();
        }
    }
}
