package dev.kitsune.xds.store;

import dev.kitsune.model.snapshot.MeshStage;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads proxies from one setting of TLS among each other to another one, so that no call is lost. The next stage begins
 * when all streams have acknowledged the one before. Guarded by the store's lock.
 */
final class MeshStages {
    private static final Logger LOG = LoggerFactory.getLogger(MeshStages.class);

    /** The time for certificates, which an Envoy takes after it has acknowledged the listener that needs them. */
    static final int GRACE_SECONDS = 3;

    private MeshStage now = MeshStage.PLAINTEXT;
    private MeshStage target = MeshStage.PLAINTEXT;
    private @Nullable LeftStage left;

    /** The stage before this one. */
    private static final class LeftStage extends Departure {
        LeftStage(long generation) {
            super(generation, GRACE_SECONDS);
        }
    }

    /** Begins at the setting itself, because nobody is connected. */
    void begin(Snapshot first) {
        now = first.policies().mesh();
        target = now;
    }

    /** Takes a snapshot's setting as the new target. {@code generation}: that of the next publish */
    void aim(Snapshot next, long generation) {
        target = next.policies().mesh();
        step(generation);
    }

    private void step(long generation) {
        if (left == null && now != target) {
            now = now.towards(target);
            LOG.info("TLS among proxies is now {}, on the way to {}", now, target);
            left = new LeftStage(generation);
        }
    }

    Snapshot served(Snapshot next) {
        return next.withMesh(now);
    }

    boolean isUnderWay() {
        return left != null;
    }

    Stream<Departure> departing() {
        return Stream.ofNullable(left);
    }

    /** Counts one more second, and returns whether the next stage begins. {@code generation}: that of the next publish */
    boolean second(long generation) {
        if (left == null || !left.second()) {
            return false;
        }
        left = null;
        step(generation);
        return left != null;
    }
}
