package dev.kitsune.xds.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets only one process at a time write the state. The folder is locked by its name. If it is replaced, by a link, a
 * rename or {@code git clean}, it is locked again.
 */
final class FolderLock implements AutoCloseable {
    private final Path root;
    private final Disk disk;
    private final Path file;
    private @Nullable FileChannel channel;
    private @Nullable Object key;

    FolderLock(Path root, Disk disk) {
        this.root = root;
        this.disk = disk;
        this.file = root.resolve("lock");
    }

    /**
     * Makes sure that this process holds the lock of the folder with that name.
     *
     * @return whether it is another folder than before
     * @throws IOException if it cannot be locked; the message states the reason
     */
    synchronized boolean take() throws IOException {
        if (channel != null && Objects.equals(key, keyNow())) {
            return false;
        }
        close();
        disk.createFolder(root);
        FileChannel opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (opened.tryLock() == null) {
                opened.close();
                throw new LockedException("another process serves from it");
            }
        } catch (OverlappingFileLockException e) {
            opened.close();
            throw new LockedException("another control plane of this process serves from it");
        }
        channel = opened;
        key = keyNow();
        return true;
    }

    /** Another process holds the lock. */
    static final class LockedException extends IOException {
        private static final long serialVersionUID = 1;

        LockedException(String sentence) {
            super(sentence);
        }
    }

    private @Nullable Object keyNow() throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
