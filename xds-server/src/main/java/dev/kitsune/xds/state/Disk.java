package dev.kitsune.xds.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** The steps by which a file is replaced. A test lets the process end before and after each of them. */
class Disk {
    /** Writes a new file, and waits until its contents are on the disk. */
    void write(Path file, byte[] contents) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(contents);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /**
     * Makes a folder, unless there is one. Its parent is not made: a parent that was moved away will be replaced by
     * another one.
     */
    final void createFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    /** Adds to a file. Nobody waits until it is on the disk. */
    void append(Path file, byte[] contents) throws IOException {
        Files.write(file, contents, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Replaces a file atomically. */
    void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns the reason why a file cannot be written, as the end of a sentence. */
    static String why(IOException e) {
        String where = e.getMessage();
        if (e instanceof AccessDeniedException) {
            return "access to " + where + " is denied";
        }
        if (e instanceof NotDirectoryException || e instanceof FileAlreadyExistsException) {
            return where + " is not a folder";
        }
        return e instanceof NoSuchFileException ? where + " does not exist" : String.valueOf(where);
    }

    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Waits until the names in a folder are on the disk. Otherwise a replaced file may be lost. */
    void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Returns the path for the text of a file that could not be parsed. */
    static Path aside(Path file) {
        return file.resolveSibling(file.getFileName() + ".unreadable");
    }

    /** Moves that text aside, before a new text replaces it. */
    final void setAside(Path file) throws IOException {
        if (Files.exists(file)) {
            move(file, aside(file));
        }
    }

    /** Replaces a file. Whenever the process ends, either the old or the new file exists. */
    final void replace(Path file, byte[] contents) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        write(fresh, contents);
        move(fresh, file);
        sync(Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder"));
    }
}
