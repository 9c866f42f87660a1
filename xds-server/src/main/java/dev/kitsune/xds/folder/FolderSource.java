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

    private static final Duration LEAST_WAIT = Duration.ofMillis(5);

    private final Path root;
    private final Known known;
    private FolderState state;
    private CatalogListener listener = change -> {};
    private @Nullable FolderWatch watch;
    private @Nullable Thread thread;
    private volatile boolean closed;
    /** When the whole folder was looked at; known to the thread alone that follows it. */
    private long lastScan = System.nanoTime();

    /** Of which nothing is known yet. */
    public FolderSource(Path folder) {
        this(folder, Known.NOTHING);
    }

    /** {@code known}: what an earlier process knew of it */
    public FolderSource(Path folder, Known known) {
        this.root = folder.toAbsolutePath().normalize();
        this.known = known;
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
        return FirstRead.of(root, Duration.ZERO, known).change();
    }

    /**
     * Returns when there is a folder. One that is moved away to make place for another is missing for a moment.
     *
     * @throws NoFolderException where none comes
     */
    public static void await(Path folder) {
        FirstRead.await(folder.toAbsolutePath().normalize(), FolderListing::identity);
    }

    /**
     * Hands over the first, complete change before it returns, and later ones from a thread of its own.
     *
     * @throws NoFolderException where there is no folder to begin with
     */
    @Override
    public synchronized void start(CatalogListener hears) {
        listener = hears;
        if (thread != null || closed) {
            throw new IllegalStateException("a source starts once");
        }
        // Watched before it is read, so that a write in between is an event.
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

    /** Stops, and returns when a change that is being handed over is handed over to its end. */
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
                    // This thread is the only one that looks: it must not end.
                    lastScan = System.nanoTime();
                    LOG.error("{} could not be looked at; it is tried again", root, e);
                    hand(state.failed(Fault.of(e)));
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            LOG.debug("no longer following {}", root);
        }
    }

    /** What to look at, when it is time to; null where an event asks for nothing. */
    private FolderWatch.@Nullable Hints await(FolderWatch events) throws InterruptedException {
        FolderWatch.Hints hints = new FolderWatch.Hints();
        long now = System.nanoTime();
        long untilScan = RESCAN.toNanos() - (now - lastScan);
        long wait = Math.max(
                LEAST_WAIT.toNanos(), Math.min(untilScan, state.deadline(now).orElse(Long.MAX_VALUE)));
        if (events.await(wait, hints)) {
            gather(events, hints);
            // What holds the folder may be busy with other things all the time.
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
        // New folders are watched from here on; what came into them before is found now.
        hand(state.refresh(FolderListing.of(root), now));
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
            listener.changed(change);
        } catch (RuntimeException e) {
            LOG.error("a change of {} was not taken; the next one is", root, e);
        }
    }
}
