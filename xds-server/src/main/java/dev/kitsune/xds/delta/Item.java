package dev.kitsune.xds.delta;

import dev.kitsune.xds.store.StoredResource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One name in a response, or in the queue for one.
 *
 * @param resource null for a removal
 * @param since the wave in which it began to wait; {@link #ANSWER} if the client subscribed and nothing else has to
 *     wait for it
 * @param wave the wave of its newest change; a coalesced item has waited longer than that
 */
record Item(String name, @Nullable StoredResource resource, long since, long wave) {
    static final long ANSWER = Long.MAX_VALUE;

    static Item answer(String name, @Nullable StoredResource resource) {
        return new Item(name, resource, ANSWER, ANSWER);
    }

    /** The name of the endpoints that a cluster by EDS needs. */
    Optional<String> endpoints() {
        return resource == null ? Optional.empty() : Optional.ofNullable(resource.endpoints());
    }

    boolean isAlone() {
        return resource != null && resource.alone();
    }

    int size() {
        return resource == null ? name.length() : resource.size();
    }
}
