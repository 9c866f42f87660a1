package dev.kitsune.xds.folder;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns events of the file system into files to read again. Events are only hints, because the periodic scan finds
 * missed changes.
 */
final class FolderWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);

    private record Watched(Object directory, WatchKey key) {}

    private final Path root;
    /** The parent folders up to the root. A swapped link, or a folder that returns, causes an event in one of them. */
    private final Set<Path> holders = new HashSet<>();

    private final @Nullable WatchService service;
    private final Map<Path, Watched> watched = new HashMap<>();

    FolderWatch(Path root) {
        this.root = root;
        for (Path holder = root.getParent(); holder != null; holder = holder.getParent()) {
            holders.add(holder);
        }
        this.service = open(root);
    }

    private static @Nullable WatchService open(Path root) {
        try {
            return root.getFileSystem().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("no events from the file system ({}): changes in {} are found by scanning", e.getMessage(), root);
            return null;
        }
    }

    /** The result of events: some files to read, or the whole folder. */
    static final class Hints {
        final Set<String> files = new HashSet<>();
        boolean everything;

        boolean isEmpty() {
            return files.isEmpty() && !everything;
        }
    }

    /** Watches only these folders. A folder that replaced another one is watched again. */
    void watch(Map<Path, Object> directories) {
        Set<Path> wanted = new HashSet<>(directories.keySet());
        wanted.addAll(holders);
        for (Path gone : Set.copyOf(watched.keySet())) {
            if (!wanted.contains(gone)) {
                Watched old = watched.remove(gone);
                if (old != null) {
                    cancelUnlessShared(old);
                }
            }
        }
        for (Path path : wanted) {
            Object directory = directories.containsKey(path) ? directories.get(path) : FolderListing.identity(path);
            if (directory == null) {
                continue;
            }
            Watched old = watched.get(path);
            if (old == null || !old.directory().equals(directory) || !old.key().isValid()) {
                watched.remove(path);
                if (old != null) {
                    cancelUnlessShared(old);
                }
                register(path, directory);
            }
        }
    }

    /** Two paths to one folder have one key. */
    private void cancelUnlessShared(Watched old) {
        if (watched.values().stream().noneMatch(w -> w.key().equals(old.key()))) {
            old.key().cancel();
        }
    }

    private void register(Path path, Object directory) {
        if (service == null) {
            return;
        }
        try {
            watched.put(path, new Watched(directory, path.register(service, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY)));
        } catch (IOException e) {
            LOG.debug("no events from {}: {}", path, e.getMessage());
        }
    }

    /** Waits for an event, at most so long; false where none came. */
    boolean await(long nanos, Hints hints) throws InterruptedException {
        if (service == null) {
            TimeUnit.NANOSECONDS.sleep(nanos);
            return false;
        }
        WatchKey key = service.poll(nanos, TimeUnit.NANOSECONDS);
        if (key == null) {
            return false;
        }
        for (WatchEvent<?> event : key.pollEvents()) {
            note(key, event, hints);
        }
        if (!key.reset()) {
            hints.everything = true;
        }
        return true;
    }

    private void note(WatchKey key, WatchEvent<?> event, Hints hints) {
        if (event.kind().equals(OVERFLOW) || !(event.context() instanceof Path name)) {
            hints.everything = true;
            return;
        }
        Path directory = (Path) key.watchable();
        if (holders.contains(directory)) {
            hints.everything |= root.startsWith(directory.resolve(name));
            return;
        }
        String text = name.toString();
        if (text.startsWith(".") && !text.startsWith("..")) {
            return;
        }
        Path file = directory.resolve(name);
        boolean oneFile = !event.kind().equals(ENTRY_DELETE)
                && FolderListing.isManifest(text)
                && directory.startsWith(root)
                && !directory.startsWith(root.resolve(FolderListing.SECRETS))
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && watched.values().stream().filter(w -> w.key().equals(key)).count() == 1;
        if (oneFile) {
            hints.files.add(FolderListing.relative(root, file));
        } else {
            hints.everything = true;
        }
    }

    @Override
    public void close() {
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                LOG.debug("closing the watch of {}: {}", root, e.getMessage());
            }
        }
    }
}
