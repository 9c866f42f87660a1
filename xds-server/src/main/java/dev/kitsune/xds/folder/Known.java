package dev.kitsune.xds.folder;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Earlier knowledge about the objects of a folder. It may change at any time.
 *
 * @param file in which an object was first seen
 * @param lastGood the last good versions of the objects that stood in a file
 */
public record Known(FileLookup file, LastGoodLookup lastGood) {
    /** Returns the file in which an object was first seen. */
    @FunctionalInterface
    public interface FileLookup {
        /** Returns null if it is unknown. */
        @Nullable
        String fileOf(ObjectKey key);
    }

    /** The last good versions of objects. */
    @FunctionalInterface
    public interface LastGoodLookup {
        /** {@code path}: of the file in which the objects stood */
        List<Manifest<?>> lastGoodIn(String path);
    }

    public static final Known NOTHING = new Known(key -> null, path -> List.of());

    @Nullable
    String fileOf(ObjectKey key) {
        return file.fileOf(key);
    }

    List<Manifest<?>> lastGoodIn(String path) {
        return lastGood.lastGoodIn(path);
    }
}
