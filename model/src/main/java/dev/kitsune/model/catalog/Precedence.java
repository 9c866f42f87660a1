package dev.kitsune.model.catalog;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.ReservedNames;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.snapshot.Origin;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of several competing objects was first: the object that was created first, then the first by path and
 * line, then the first by kind, namespace and name. Nothing else may decide, because the next process does not know
 * what this process served.
 *
 * @param created {@link Instant#MAX} if it is unknown, because the object is new
 */
public record Precedence(Instant created, Position position, ObjectKey object) implements Comparable<Precedence> {
    private static final Comparator<Precedence> ORDER = Comparator.comparing(Precedence::created)
            .thenComparing(Precedence::position)
            .thenComparing(Precedence::object);

    private static final Position NOWHERE = new Position("", 1, 1);

    /** The precedence of a whole object. */
    public static Precedence of(ObjectKey key, Catalog catalog) {
        Manifest<?> manifest = catalog.manifests().get(key);
        return new Precedence(whenCreated(key, catalog), manifest == null ? NOWHERE : manifest.position(), key);
    }

    /** The precedence of one field of an object. */
    public static Precedence of(Origin origin, Position at, Catalog catalog) {
        return new Precedence(whenCreated(origin.object(), catalog), at, origin.object());
    }

    /** Orders objects with the first one first. */
    public static Comparator<ObjectKey> in(Catalog catalog) {
        return Comparator.comparing(key -> of(key, catalog));
    }

    /**
     * Returns which of the virtual environments of one name has it: the first of those that may. It is null if none may.
     */
    public static @Nullable ObjectKey owner(Collection<ObjectKey> claimants, ReservedNames reserved, Catalog catalog) {
        return claimants.stream().filter(reserved::allows).min(in(catalog)).orElse(null);
    }

    private static Instant whenCreated(ObjectKey key, Catalog catalog) {
        return catalog.created().getOrDefault(key, Instant.MAX);
    }

    @Override
    public int compareTo(Precedence other) {
        return ORDER.compare(this, other);
    }
}
