package dev.kitsune.xds.folder;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.source.CatalogListener;
import dev.kitsune.model.source.Source;
import dev.kitsune.xds.thread.GracefulShutdown;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watched folder of YAML files and secrets. A file that cannot be parsed keeps its last objects. Files that disappear
 * have a grace period, so that a swap is not a deletion. The content of an emptied folder stays in force. Events of the
 * file system report changes. The whole folder is also scanned periodically, because events may be missed.
 */
public final class FolderSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(FolderSource.class);

    private static final Duration GRACE = Duration.ofMillis(200);
    private static final Duration RESCAN = Duration.ofSeconds(2);
    /**
     * Writes come in bursts. A change is processed after this time without further events, or after the grace period at
     * the latest.
     */
    private static final Duration QUIET = Duration.ofMillis(20);

    private static final Duration LEAST_WAIT = Duration.ofMillis(5);

    private final Path root;
    private final Known known;
    private FolderState state;
    private CatalogListener listener = change -> {};
    private @Nullable FolderWatch watch;
    private @Nullable Thread thread;
    private volatile boolean closed;
    /** The time of the last scan of the whole folder. Used only by the watching thread. */
    private long lastScan = System.nanoTime();

    /** A folder without earlier knowledge. */
    public FolderSource(Path folder) {
        this(folder, Known.NOTHING);
    }

    /** {@code known}: the knowledge of an earlier process */
    public FolderSource(Path folder, Known known) {
        this.root = folder.toAbsolutePath().normalize();
        this.known = known;
        this.state = new FolderState(root, GRACE.toNanos(), known);
    }

    /**
     * Reads the current content of a folder. Every object and secret is a change.
     *
     * @throws NoFolderException if there is no folder
     */
    public static CatalogChange readOnce(Path folder) {
        return readOnce(folder, Known.NOTHING);
    }

    /** The same with the knowledge of a serving process. */
    public static CatalogChange readOnce(Path folder, Known known) {
        Path root = folder.toAbsolutePath().normalize();
        return FirstRead.of(root, Duration.ZERO, known).change();
    }

    /**
     * Waits for the folder, because a folder that is replaced is missing for a moment.
     *
     * @throws NoFolderException if none appears
     */
    public static void await(Path folder) {
        FirstRead.await(folder.toAbsolutePath().normalize(), FolderListing::identity);
    }

    /**
     * Delivers the first, complete change before it returns, and later changes from a thread of its own.
     *
     * @throws NoFolderException if there is no folder at the start
     */
    @Override
    public synchronized void start(CatalogListener hears) {
        listener = hears;
        if (thread != null || closed) {
            throw new IllegalStateException("a source starts once");
        }
        // The folder is watched before it is read, so that a write in between causes an event.
        FolderWatch opened = new FolderWatch(root);
        watch = opened;
        opened.watch(FirstRead.listing(root).directories());
        FirstRead first = FirstRead.of(root, GRACE, known);
        state = first.state();
        hears.changed(first.change());
        thread = new Thread(() -> follow(opened), "folder-source");
        thread.setDaemon(true);
        thread.start();
    }

    /** Stops, and returns when a running delivery has ended. */
    @Override
    public void close() {
        Thread following;
        synchronized (this) {
            closed = true;
            if (watch != null) {
                watch.close();
            }
            following = thread;
        }
        if (following != null) {
            GracefulShutdown.of(following);
        }
    }

    private void follow(FolderWatch events) {
        try {
            while (!closed) {
                FolderWatch.Hints hints = await(events);
                if (hints == null) {
                    continue;
                }
                try {
                    look(events, hints);
                } catch (ClosedWatchServiceException e) {
                    throw e;
                } catch (RuntimeException | StackOverflowError e) {
                    // This is the only watching thread, so it must not end.
                    lastScan = System.nanoTime();
                    LOG.error("{} could not be read; Kitsune tries again", root, e);
                    hand(state.failed(Fault.of(e)));
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            LOG.debug("no longer following {}", root);
        }
    }

    /** Returns what to read when it is time; null if an event requires nothing. */
    private FolderWatch.@Nullable Hints await(FolderWatch events) throws InterruptedException {
        FolderWatch.Hints hints = new FolderWatch.Hints();
        long now = System.nanoTime();
        long untilScan = RESCAN.toNanos() - (now - lastScan);
        long wait = Math.max(
                LEAST_WAIT.toNanos(), Math.min(untilScan, state.deadline(now).orElse(Long.MAX_VALUE)));
        if (events.await(wait, hints)) {
            gather(events, hints);
            // The parent folders may have unrelated events all the time.
            return hints.isEmpty() && System.nanoTime() - now < wait ? null : hints;
        }
        return hints;
    }

    private void look(FolderWatch events, FolderWatch.Hints hints) {
        long now = System.nanoTime();
        boolean scan = hints.everything || hints.files.isEmpty() || now - lastScan >= RESCAN.toNanos();
        boolean enough = state.reread(hints.files, now);
        if (!scan && enough) {
            hand(state.settle(now));
            return;
        }
        lastScan = now;
        FolderListing listing = FolderListing.of(root);
        events.watch(listing == null ? Map.of() : listing.directories());
        // New folders are watched from here on. Files that were written into them before are found now.
        hand(state.refresh(FolderListing.of(root), now));
    }

    private static void gather(FolderWatch events, FolderWatch.Hints hints) throws InterruptedException {
        long end = System.nanoTime() + GRACE.toNanos();
        while (events.await(QUIET.toNanos(), hints) && System.nanoTime() < end) {
            // Each round includes the events that arrived in the meantime.
        }
    }

    private void hand(@Nullable CatalogChange change) {
        if (change == null || closed) {
            return;
        }
        try {
            listener.changed(change);
        } catch (RuntimeException e) {
            LOG.error("a change of {} could not be processed; the next one will be", root, e);
        }
    }
}
