package dev.kitsune.xds.folder;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the objects of a folder from before. It may become other knowledge at any time.
 *
 * @param file in which an object was first seen; null where that is not known
 * @param lastGood the last good versions of the objects that stood in a file
 */
public record Known(Function<ObjectKey, @Nullable String> file, Function<String, List<Manifest<?>>> lastGood) {
    public static final Known NOTHING = new Known(key -> null, path -> List.of());

    @Nullable
    String fileOf(ObjectKey key) {
        return file.apply(key);
    }

    List<Manifest<?>> lastGoodIn(String path) {
        return lastGood.apply(path);
    }
}
