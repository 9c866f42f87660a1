package dev.kitsune.xds.state;

import dev.kitsune.xds.thread.GracefulShutdown;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the state folder after writes, and every second. Events are only hints, and the folder may have been replaced.
 */
final class StateWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StateWatch.class);
    private static final long LOOK_MILLIS = 1_000;

    private final Path root;
    private final Runnable before;
    private final List<Runnable> calls = new CopyOnWriteArrayList<>();
    private @Nullable Thread thread;
    private volatile boolean closed;

    /** {@code before}: the first action of each check */
    StateWatch(Path root, Runnable before) {
        this.root = root;
        this.before = before;
    }

    void tell(Runnable call) {
        calls.add(call);
    }

    void start() {
        Thread started = new Thread(this::follow, "state-watch");
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    private void follow() {
        try {
            while (!closed) {
                try (WatchService service = service()) {
                    look();
                    WatchKey key = service.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                    if (key != null) {
                        key.pollEvents();
                    }
                } catch (IOException e) {
                    log.debug("the state folder cannot be watched now: {}", e.getMessage());
                    Thread.sleep(LOOK_MILLIS);
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            log.debug("no longer looking at {}", root);
        }
    }

    /**
     * Watches the folder before each check, so that no change is missed. It does so again each time, because the folder
     * may have been replaced.
     */
    private WatchService service() throws IOException {
        WatchService service = root.getFileSystem().newWatchService();
        for (Path folder : List.of(root, root.resolve("releases"), root.resolve("requests"))) {
            if (Files.isDirectory(folder)) {
                folder.register(
                        service,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
            }
        }
        return service;
    }

    private void look() {
        before.run();
        for (Runnable call : calls) {
            try {
                call.run();
            } catch (RuntimeException e) {
                log.error("a change of the state folder was not processed", e);
            }
        }
    }

    /** Waits until a check has a result. It checks again after events, and every second. */
    static <T> T until(Path folder, StateCheck<T> check) throws IOException, InterruptedException {
        FileSystem system = folder.getFileSystem();
        try (WatchService service = system.newWatchService()) {
            folder.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            while (true) {
                Optional<T> outcome = check.outcome();
                if (outcome.isPresent()) {
                    return outcome.get();
                }
                WatchKey key = service.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
            }
        }
    }

    /** Stops, and returns when a running check has ended. */
    @Override
    public void close() {
        closed = true;
        if (thread != null) {
            GracefulShutdown.of(thread);
        }
    }
}
