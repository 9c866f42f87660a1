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

/** The stages of a pipeline. No stage depends on another one. */
public record Stages(Expire expire, Decide decide, Publish publish) {
    /** Finds when objects were first seen and which virtual environments have expired. */
    @FunctionalInterface
    public interface Expire {
        CatalogChange expire(CatalogChange read);
    }

    /** Decides which releases are active, and resolves with them. Pure. */
    @FunctionalInterface
    public interface Decide {
        Decision next(Releases before, @Nullable Resolution resolved, CatalogChange change, Handed handed, Instant now);
    }

    /** Publishes a snapshot, with the keys that changed in it, to the proxies. */
    @FunctionalInterface
    public interface Publish {
        void publish(Snapshot snapshot, Set<SnapshotKey<?>> changed);
    }
}
