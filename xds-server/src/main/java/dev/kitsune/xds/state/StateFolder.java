package dev.kitsune.xds.state;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.ReleaseStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The state of releases in a folder: a file for each virtual environment under {@code releases}, one for each request
 * under {@code requests}. A process that has opened the folder may write it, every other one only reads. When the
 * folder is replaced by another, the whole state is written there again from memory.
 */
public final class StateFolder implements ReleaseStore {
    private static final int TRIES = 20;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Path root;
    private final StatusFiles releases;
    private final Requests requests;
    private final Disk disk;
    private final FolderLock lock;
    private final List<ReplacementListener> whenReplaced = new ArrayList<>();
    private final StateWatch watch;
    private volatile boolean open;

    /** Returns the default state folder of a served folder. No manifests are read there. */
    public static Path of(Path manifests) {
        return manifests.resolve(".kitsune");
    }

    public StateFolder(Path root) {
        this(root, new Disk());
    }

    StateFolder(Path root, Disk disk) {
        this.root = root;
        this.releases = new StatusFiles(root, disk);
        this.requests = new Requests(root.resolve("requests"), disk);
        this.disk = disk;
        this.lock = new FolderLock(root, disk);
        this.watch = new StateWatch(root, this::look);
    }

    Path root() {
        return root;
    }

    Disk disk() {
        return disk;
    }

    /**
     * Takes the folder for a process that serves: for one at a time. A new folder begins with the content of another
     * folder, so that this process continues from the decisions there.
     *
     * @param manifests the served folder, which is not created if it is missing
     */
    public StateFolder open(Path manifests) throws IOException {
        Path origin = of(manifests);
        boolean isNew = !Files.exists(releases.folder()) && !Files.exists(root.resolve("seen.json"));
        patiently(() -> {
            make(manifests.toAbsolutePath());
            open();
        });
        if (isNew && !origin.equals(root)) {
            patiently(() -> adopt(origin));
        }
        return this;
    }

    /** Takes the folder for a process that serves: for one at a time. */
    public StateFolder open() throws IOException {
        lock.take();
        releases.create();
        requests.create();
        open = true;
        releases.completeJournal();
        return this;
    }

    private void make(Path manifests) throws IOException {
        Path folder = root.toAbsolutePath();
        if (!folder.startsWith(manifests)) {
            Files.createDirectories(folder);
            return;
        }
        Path made = manifests;
        for (Path name : manifests.relativize(folder)) {
            made = made.resolve(name);
            disk.createFolder(made);
        }
    }

    private void adopt(Path origin) throws IOException {
        if (Files.isDirectory(origin) && !Files.isSameFile(origin, root)) {
            new Adoption(origin, root, disk).run();
        }
    }

    private interface FolderStep {
        void take() throws IOException;
    }

    /** A folder that is being replaced is missing only for a moment. */
    private static void patiently(FolderStep step) throws IOException {
        for (int again = 0; ; again++) {
            try {
                step.take();
                return;
            } catch (FolderLock.LockedException e) {
                throw e;
            } catch (IOException e) {
                if (again == TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Also tells this listener, which keeps files of its own here. */
    public void whenReplaced(ReplacementListener listener) {
        whenReplaced.add(listener);
    }

    /** Makes sure that the state is written where the next process reads it. */
    void ready() throws IOException {
        if (!open) {
            throw new IOException("this process may only read " + root);
        }
        if (writeIfReplaced()) {
            // They keep files of their own, each under a lock of its own.
            whenReplaced.forEach(ReplacementListener::replaced);
        }
    }

    /** Nothing else is saved in the meantime, so that older content from memory cannot overwrite newer content. */
    private synchronized boolean writeIfReplaced() throws IOException {
        if (!lock.take()) {
            return false;
        }
        try {
            releases.create();
            requests.create();
            releases.writeAgain();
            return true;
        } catch (IOException e) {
            lock.close(); // All of it is written again at the next check.
            throw e;
        }
    }

    @Override
    public Map<VirtualEnvironmentName, Kept> load() {
        return releases.load();
    }

    @Override
    public List<Problem> problems() {
        return releases.problems();
    }

    @Override
    public StatusPlace place(VirtualEnvironmentName virtualEnvironment) {
        return new StatusPlace(
                new Position("releases/" + virtualEnvironment + ".json", 1, 1),
                null,
                "free space for the state folder, or let this process write to it again");
    }

    @Override
    public ReleaseStore.KeepOutcome keep(
            VirtualEnvironmentName virtualEnvironment, @Nullable ReleaseStatus status, @Nullable String expected) {
        try {
            ready();
            return swap(virtualEnvironment, status, expected);
        } catch (IOException e) {
            return new ReleaseStore.KeepOutcome.Refused(Disk.why(e));
        }
    }

    private synchronized ReleaseStore.KeepOutcome swap(
            VirtualEnvironmentName virtualEnvironment, @Nullable ReleaseStatus status, @Nullable String expected)
            throws IOException {
        return releases.swap(virtualEnvironment, status, expected);
    }

    @Override
    public void watch(Listener listener) {
        Map<VirtualEnvironmentName, String> versions = releases.versions();
        watch.tell(() -> tell(listener, versions));
        watch.start();
    }

    /** Calls the check at each look at the folder, after a listener of releases is set, and on the same thread. */
    void look(Runnable call) {
        watch.tell(call);
    }

    private void look() {
        if (open) {
            try {
                ready();
            } catch (IOException e) {
                // It is reported with the next status that cannot be saved.
            }
        }
    }

    private void tell(Listener listener, Map<VirtualEnvironmentName, String> versions) {
        listener.asked(requests());
        if (open) {
            return; // Nobody else writes.
        }
        Map<VirtualEnvironmentName, Optional<Kept>> changed = new HashMap<>();
        Map<VirtualEnvironmentName, Kept> all = load();
        all.forEach((name, kept) -> {
            if (!kept.version().equals(versions.put(name, kept.version()))) {
                changed.put(name, Optional.of(kept));
            }
        });
        versions.keySet().removeIf(name -> {
            boolean gone = !all.containsKey(name);
            if (gone) {
                changed.put(name, Optional.empty());
            }
            return gone;
        });
        if (!changed.isEmpty()) {
            listener.kept(changed);
        }
    }

    @Override
    public List<ReleaseRequest> requests() {
        return requests.all();
    }

    @Override
    public void taken(Collection<ReleaseRequest> taken) {
        requests.taken(taken);
    }

    /** Writes a request for the serving process. An unprocessed request of the same virtual environment is replaced. */
    public void ask(ReleaseRequest request) throws IOException {
        Files.createDirectories(root);
        releases.create();
        requests.create();
        requests.ask(request);
    }

    /** Waits until a check of the state has a result. */
    public <T> T follow(StateCheck<T> check) throws IOException, InterruptedException {
        Files.createDirectories(root);
        releases.create();
        return StateWatch.until(releases.folder(), check);
    }

    /** Returns the saved state for commands. */
    public Map<VirtualEnvironmentName, ReleaseStatus> statuses() {
        Map<VirtualEnvironmentName, ReleaseStatus> statuses = new TreeMap<>();
        load().forEach((name, kept) -> statuses.put(name, kept.status()));
        return statuses;
    }

    @Override
    public void close() {
        watch.close();
        open = false;
        try {
            lock.close();
        } catch (NoSuchFileException e) {
            // It is gone with its folder.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
