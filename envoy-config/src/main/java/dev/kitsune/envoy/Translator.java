package dev.kitsune.envoy;

import dev.kitsune.model.snapshot.SnapshotView;
import java.util.List;
import java.util.Optional;

/**
 * The translation of a snapshot to Envoy resources. A resource is a function of its type, its name and what is read from the
 * view, and of nothing else: so one copy serves every stream, and a recording view knows when it is stale.
 */
public final class Translator {
    private Translator() {}

    /** The names that a proxy holds of a type without asking, whatever environments there are. */
    public static List<String> wildcard(ResourceType type, Proxy proxy) {
        return List.of();
    }

    /**
     * The names that a proxy holds of a type without asking because of one virtual environment; empty where that environment
     * does not exist or is none of this proxy's business.
     */
    public static List<String> wildcard(ResourceType type, Proxy proxy, String environment, SnapshotView view) {
        return List.of();
    }

    /** The resource of a name; empty for a name that is no name of ours. */
    public static Optional<Translated> translate(ResourceType type, String name, SnapshotView view) {
        return Optional.empty();
    }

    /** Whether a proxy may have a resource: a name that it could guess is no right to it. */
    public static boolean entitled(Proxy proxy, ResourceType type, String name, SnapshotView view) {
        return false;
    }
}
