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

/** The parts of a serving process, without ports and threads. */
final class ReleaseProcess {
    final CrashingDisk disk = CrashingDisk.working();
    final FakeAlarm alarm;
    final Pipeline pipeline;
    private final StateFolder folder;
    private final HeldStore heard;
    private PMap<ObjectKey, Manifest<?>> read = HashTreePMap.empty();

    ReleaseProcess(Path state, Instant now) {
        alarm = new FakeAlarm(now);
        folder = new StateFolder(state, disk);
        heard = new HeldStore(folder);
        pipeline = new Pipeline(
                new Stages(change -> change, Releasing::next, (snapshot, changed) -> {}),
                new Stores(heard, Recalled.NOTHING.lastGoods(), true, false),
                alarm,
                Workers.SAME_THREAD);
        pipeline.watch();
    }

    /** A store that reads requests only when a test says so. */
    private static final class HeldStore implements ReleaseStore {
        private final StateFolder folder;
        private @Nullable Listener listener;

        HeldStore(StateFolder folder) {
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
        public StatusPlace place(VirtualEnvironmentName virtualEnvironment) {
            return folder.place(virtualEnvironment);
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

    /** Opens the state folder for writing, like a serving process. */
    ReleaseProcess begin() throws IOException {
        folder.open();
        return this;
    }

    /** Frees the files and locks, like the end of the process. */
    void end() {
        folder.close();
    }

    /** Reads the requests of commands. */
    void readRequests() {
        heard.look();
    }

    /** Reads the changed files. */
    void read(ReleaseFiles files) {
        PMap<ObjectKey, Manifest<?>> next = files.manifests();
        Set<ObjectKey> changed = new HashSet<>(next.keySet());
        changed.addAll(read.keySet());
        changed.removeIf(key -> Objects.equals(next.get(key), read.get(key)));
        read = next;
        pipeline.accept(
                new CatalogChange(new Catalog(next, HashTreePMap.empty(), false), changed, Set.of(), List.of()));
    }

    /** Whether a decision has succeeded since the start. Until then, each attempt starts with the state on the disk. */
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

    /** Returns the version and the greeting that answer; {@code nothing} if none does. */
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
