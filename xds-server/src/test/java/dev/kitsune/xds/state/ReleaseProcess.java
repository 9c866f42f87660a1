package dev.kitsune.xds.state;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.ReleaseStore;
import dev.kitsune.model.release.Releasing;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.pipeline.Pipeline;
import dev.kitsune.xds.pipeline.Recalled;
import dev.kitsune.xds.pipeline.Stages;
import dev.kitsune.xds.pipeline.Stores;
import dev.kitsune.xds.pipeline.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
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
    final Pipeline pipeline;
    private final StateFolder folder;
    private final Heard heard;
    private PMap<ObjectKey, Manifest<?>> read = HashTreePMap.empty();

    ReleaseProcess(Path state, Instant now) {
        alarm = new FakeAlarm(now);
        folder = new StateFolder(state, disk);
        heard = new Heard(folder);
        pipeline = new Pipeline(
                new Stages(change -> change, Releasing::next, (snapshot, changed) -> {}),
                new Stores(heard, Recalled.NOTHING.lastGoods(), false),
                alarm,
                Workers.SAME_THREAD);
        pipeline.watch();
    }

    /** The store, of which a test says when it looks for requests. */
    private static final class Heard implements ReleaseStore {
        private final StateFolder folder;
        private @Nullable Listener listener;

        Heard(StateFolder folder) {
            this.folder = folder;
        }

        @Override
        public Map<VirtualEnvironmentName, Kept> load() {
            return folder.load();
        }

        @Override
        public List<Problem> problems() {
            return folder.problems();
        }

        @Override
        public ReleaseStore.KeepOutcome keep(
                VirtualEnvironmentName virtualEnvironment, @Nullable ReleaseStatus status, @Nullable String expected) {
            return folder.keep(virtualEnvironment, status, expected);
        }

        @Override
        public List<ReleaseRequest> requests() {
            return folder.requests();
        }

        @Override
        public void watch(Listener hears) {
            listener = hears;
        }

        @Override
        public void taken(Collection<ReleaseRequest> requests) {
            folder.taken(requests);
        }

        void look() {
            Objects.requireNonNull(listener).asked(folder.requests());
        }

        @Override
        public void close() {
            folder.close();
        }
    }

    /** Begins to write, as a process does that serves. */
    ReleaseProcess begin() throws IOException {
        folder.open();
        return this;
    }

    /** The system takes back what it held. */
    void gone() {
        folder.close();
    }

    /** Hears of what commands ask for. */
    void asked() {
        heard.look();
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
        return pipeline.state().problems().all().stream()
                .anyMatch(problem -> problem.code() == ProblemCode.UnreadableFile);
    }

    Map<VirtualEnvironmentName, ReleaseStatus> releases() {
        return pipeline.state().releases();
    }

    /** Which version with which greeting answers; {@code nothing} where none does. */
    String served(String name) {
        Snapshot snapshot = pipeline.state().snapshot();
        ResolvedVirtualEnvironment found =
                snapshot == null ? null : snapshot.virtualEnvironment(new VirtualEnvironmentName(name));
        ResolvedVirtualEnvironment.@Nullable ResolvedComponent cart =
                found == null ? null : found.components().get(new ComponentName("shop", "cart"));
        return cart == null || found == null
                ? "nothing"
                : cart.version().version() + " "
                        + Objects.requireNonNull(found.overlay().variables().get("greeting"))
                                .value()
                                .text();
    }
}
