package dev.kitsune.xds.folder;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the objects of a folder before it is read.
 *
 * @param file in which an object was first seen; null where that is not known
 * @param lastGood the last good versions of objects, for those that cannot be read
 */
public record Known(Function<ObjectKey, @Nullable String> file, Supplier<Map<ObjectKey, Manifest<?>>> lastGood) {
    public static final Known NOTHING = new Known(key -> null, Map::of);

    @Nullable
    String fileOf(ObjectKey key) {
        return file.apply(key);
    }

    /** What a file held when it was good. */
    List<Manifest<?>> lastGoodIn(String path) {
        return lastGood.get().values().stream()
                .<Manifest<?>>map(manifest -> manifest)
                .filter(manifest -> manifest.position().file().equals(path))
                .toList();
    }
}
