package dev.kitsune.xds.release;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.resolve.Catalog;
import dev.kitsune.model.resolve.CatalogChange;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ResolvedEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.pipeline.Pipeline;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** What a process that serves is made of, but for ports and threads: it ends when it is dropped. */
final class ReleaseProcess {
    final CrashingDisk disk = CrashingDisk.good();
    final FakeAlarm alarm;
    final ReleaseStage stage;
    final Pipeline pipeline;
    private PMap<ObjectKey, Manifest<?>> read = HashTreePMap.empty();

    ReleaseProcess(Path state, Instant now) {
        alarm = new FakeAlarm(now);
        stage = new ReleaseStage(new StateFolder(state, disk), alarm, this::again);
        pipeline = new Pipeline(stage::resolve, (snapshot, changed) -> {});
    }

    void again() {
        pipeline.again();
    }

    /** Reads files that changed. */
    void read(ReleaseFiles files) {
        PMap<ObjectKey, Manifest<?>> next = files.manifests();
        Set<ObjectKey> changed = new HashSet<>(next.keySet());
        changed.addAll(read.keySet());
        changed.removeIf(key -> Objects.equals(next.get(key), read.get(key)));
        read = next;
        pipeline.accept(
                new CatalogChange(new Catalog(next, HashTreePMap.empty(), false), changed, Set.of(), List.of()));
    }

    /** Whether anything came through since it began: until then it begins anew each time, from what is on the disk. */
    boolean hasBegun() {
        return pipeline.state().isReady();
    }

    boolean hasFailed() {
        return pipeline.state().failure() != null;
    }

    Map<String, ReleaseStatus> releases() {
        return pipeline.state().releases();
    }

    /** Which version with which greeting answers; {@code nothing} where none does. */
    String served(String name) {
        Snapshot snapshot = pipeline.state().snapshot();
        ResolvedEnvironment found = snapshot == null ? null : snapshot.environment(name);
        ResolvedEnvironment.@Nullable ResolvedComponent cart =
                found == null ? null : found.components().get(new ComponentName("shop", "cart"));
        return cart == null || found == null
                ? "nothing"
                : cart.version().version() + " "
                        + Objects.requireNonNull(found.overlay().variables().get("greeting"))
                                .value()
                                .text();
    }
}
