package dev.kitsune.xds.pipeline;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.release.Decision;
import dev.kitsune.model.release.Handed;
import dev.kitsune.model.release.Releases;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The stages that a pipeline is put together of. None of them knows another. */
public record Stages(Expire expire, Decide decide, Publish publish) {
    /** Says who came when, and who has ended by itself. */
    @FunctionalInterface
    public interface Expire {
        CatalogChange expire(CatalogChange read);
    }

    /** Which releases are active, and the resolution with them. Pure. */
    @FunctionalInterface
    public interface Decide {
        Decision next(Releases before, @Nullable Resolution resolved, CatalogChange change, Handed handed, Instant now);
    }

    /** Hands a snapshot, and the keys that changed in it, to the proxies. */
    @FunctionalInterface
    public interface Publish {
        void publish(Snapshot snapshot, Set<SnapshotKey<?>> changed);
    }
}
