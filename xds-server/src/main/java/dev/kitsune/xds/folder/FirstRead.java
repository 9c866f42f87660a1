package dev.kitsune.xds.folder;

import dev.kitsune.model.catalog.CatalogChange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The first read of a folder. If the folder is being swapped, it is read again, because an object that is missing in
 * the first change counts as never having existed.
 *
 * @param change every object and secret
 */
record FirstRead(FolderState state, CatalogChange change) {
    /** A folder that is moved away to make place for another is missing for a moment. */
    private static final Duration MISSING = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final int ATTEMPTS = 5;

    /** @throws NoFolderException if there is no folder and none appears */
    static FirstRead of(Path root, Duration grace, Known known) {
        FolderListing listing = listing(root);
        for (int attempt = 1; ; attempt++) {
            FolderState state = new FolderState(root, grace.toNanos(), known);
            CatalogChange change = Objects.requireNonNull(state.refresh(listing, System.nanoTime()));
            FolderListing after = listing(root);
            if (after.hasFilesOf(listing) || attempt == ATTEMPTS) {
                return new FirstRead(state, change);
            }
            listing = after;
        }
    }

    /** @throws NoFolderException if there is no folder and none appears */
    static FolderListing listing(Path root) {
        return await(root, FolderListing::of);
    }

    /** @throws NoFolderException if there is no folder and none appears */
    static <T> T await(Path root, Function<Path, @Nullable T> look) {
        long end = System.nanoTime() + MISSING.toNanos();
        while (true) {
            T found = look.apply(root);
            if (found != null) {
                return found;
            }
            if (System.nanoTime() > end) {
                throw new NoFolderException(root);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
