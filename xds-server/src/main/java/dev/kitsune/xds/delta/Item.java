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
 * @param offered the wave in which it began to wait, whether or not something else waits for it
 */
record Item(String name, @Nullable StoredResource resource, long since, long wave, long offered) {
    static final long ANSWER = Long.MAX_VALUE;

    static Item change(String name, @Nullable StoredResource resource, long since, long wave) {
        return new Item(name, resource, since, wave, since);
    }

    static Item answer(String name, @Nullable StoredResource resource, long offered) {
        return new Item(name, resource, ANSWER, ANSWER, offered);
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
