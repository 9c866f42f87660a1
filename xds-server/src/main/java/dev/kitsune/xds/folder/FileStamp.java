package dev.kitsune.xds.folder;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * The attributes by which an unchanged file is recognised without reading it.
 *
 * @param key the inode, if the file system has one; a rename over the file changes it
 */
record FileStamp(FileTime modified, long size, @Nullable Object key) {
    /** Two writes within one tick of the file system's clock have the same time. */
    private static final long TICK_MILLIS = 50;

    static FileStamp of(BasicFileAttributes attributes) {
        return new FileStamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    /** Whether a read at that time may have missed a later write that left the same stamp. */
    boolean mayHideAWriteAfter(long readAtMillis) {
        return modified.toMillis() > readAtMillis - TICK_MILLIS;
    }
}
