package dev.kitsune.xds.store;

import dev.kitsune.envoy.Proxy;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The right of one proxy's streams to a resource that they name. Guarded by the store's lock; compared by identity. */
final class Grant implements Dependent {
    final StoreEntry entry;
    final Proxy proxy;
    final Set<Subscription> subscriptions = new HashSet<>(2);
    boolean allowed;

    /** The replacement that the proxy gets without the right, if any. */
    @Nullable
    StoredResource withheld;

    Grant(StoreEntry entry, Proxy proxy) {
        this.entry = entry;
        this.proxy = proxy;
    }

    @Nullable
    StoredResource visible() {
        return allowed ? entry.current : withheld;
    }

    void mark(Set<Subscription> woken) {
        for (Subscription subscription : subscriptions) {
            subscription.mark(entry.key, woken);
        }
    }
}
