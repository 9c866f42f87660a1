package dev.kitsune.xds.store;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The right of one audience's streams to a resource that they name. Guarded by the store's lock; compared by identity. */
final class Grant extends Followed implements Dependent {
    final StoreEntry entry;
    boolean allowed;

    /** Whether it is allowed only until all streams have acknowledged what replaces it. Maintained by the handover. */
    boolean leaving;

    /** The replacement that the streams get without the right, if any. */
    @Nullable
    StoredResource withheld;

    Grant(StoreEntry entry, Clientele clientele) {
        super(clientele);
        this.entry = entry;
    }

    @Nullable
    StoredResource visible() {
        return allowed ? entry.current : withheld;
    }

    void mark(Set<Subscription> woken) {
        mark(entry.key, woken);
    }
}
