package dev.kitsune.xds.folder;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.source.Source;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of YAML files and secrets, followed live. What was good keeps standing: a file that cannot be parsed keeps its
 * last objects, what disappears has a grace (so that a swap is no deletion), and an emptied folder is held. Events of the
 * file system say where to look; now and then the whole folder is looked at, for what events miss.
 */
public final class FolderSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(FolderSource.class);

    private static final Duration GRACE = Duration.ofMillis(200);
    private static final Duration RESCAN = Duration.ofSeconds(2);
    /** Writes come in bursts; a change is taken when there was none for so long, or after the grace at the latest. */
    private static final Duration QUIET = Duration.ofMillis(20);

    private final Path root;
    private final FolderState state;
    private Consumer<CatalogChange> listener = change -> {};
    private @Nullable FolderWatch watch;
    private @Nullable Thread thread;
    private volatile boolean closed;

    private static final Duration LEAST_WAIT = Duration.ofMillis(5);

    /** Of which nothing is known yet. */
    public FolderSource(Path folder) {
        this(folder, Known.NOTHING);
    }

    /** {@code known}: what an earlier process knew of it */
    public FolderSource(Path folder, Known known) {
        this.root = folder.toAbsolutePath().normalize();
        this.state = new FolderState(root, GRACE.toNanos(), known);
    }

    /**
     * Reads a folder as it stands now. Every object and secret is a change.
     *
     * @throws NoFolderException where there is none
     */
    public static CatalogChange readOnce(Path folder) {
        return readOnce(folder, Known.NOTHING);
    }

    /** The same with what a process that serves knows of it. */
    public static CatalogChange readOnce(Path folder, Known known) {
        Path root = folder.toAbsolutePath().normalize();
        return first(new FolderState(root, 0, known), root, FolderListing.of(root));
    }

    /**
     * Hands over the first, complete change before it returns, and later ones from a thread of its own.
     *
     * @throws NoFolderException where there is no folder to begin with
     */
    @Override
    public synchronized void start(Consumer<CatalogChange> consumer) {
        listener = consumer;
        if (thread != null || closed) {
            throw new IllegalStateException("a source starts once");
        }
        // Watched before it is read, so that a write in between is an event.
        FolderListing watchedListing = FolderListing.of(root);
        if (watchedListing == null) {
            throw new NoFolderException(root);
        }
        FolderWatch opened = new FolderWatch(root);
        watch = opened;
        opened.watch(watchedListing.directories());
        listener.accept(first(state, root, FolderListing.of(root)));
        thread = new Thread(() -> follow(opened), "folder-source");
        thread.setDaemon(true);
        thread.start();
    }

    private static CatalogChange first(FolderState state, Path root, @Nullable FolderListing listing) {
        if (listing == null) {
            throw new NoFolderException(root);
        }
        return Objects.requireNonNull(state.refresh(listing, System.nanoTime()));
    }

    /** Stops. A change that is being handed over is handed over to its end. */
    @Override
    public synchronized void close() {
        closed = true;
        if (watch != null) {
            watch.close();
        }
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void follow(FolderWatch events) {
        long lastScan = System.nanoTime();
        try {
            while (!closed) {
                FolderWatch.Hints hints = new FolderWatch.Hints();
                long now = System.nanoTime();
                long untilScan = RESCAN.toNanos() - (now - lastScan);
                long wait = Math.max(
                        LEAST_WAIT.toNanos(),
                        Math.min(untilScan, state.deadline(now).orElse(Long.MAX_VALUE)));
                if (events.await(wait, hints)) {
                    gather(events, hints);
                    if (hints.isEmpty()) {
                        continue;
                    }
                }
                now = System.nanoTime();
                boolean scan = hints.everything || hints.files.isEmpty() || now - lastScan >= RESCAN.toNanos();
                boolean enough = state.reread(hints.files, now);
                if (scan || !enough) {
                    lastScan = now;
                    FolderListing listing = FolderListing.of(root);
                    if (listing != null) {
                        events.watch(listing.directories());
                        // New folders are watched from here on; what came into them before is found now.
                        listing = FolderListing.of(root);
                    }
                    hand(state.refresh(listing, now));
                } else {
                    hand(state.settle(now));
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            LOG.debug("no longer following {}", root);
        }
    }

    private static void gather(FolderWatch events, FolderWatch.Hints hints) throws InterruptedException {
        long end = System.nanoTime() + GRACE.toNanos();
        while (events.await(QUIET.toNanos(), hints) && System.nanoTime() < end) {
            // Each round takes in what came meanwhile.
        }
    }

    private void hand(@Nullable CatalogChange change) {
        if (change == null || closed) {
            return;
        }
        try {
            listener.accept(change);
        } catch (RuntimeException e) {
            LOG.error("a change of {} was not taken; the next one is", root, e);
        }
    }
}
