package dev.kitsune.xds.store;

import dev.kitsune.envoy.Proxy;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether the streams of one proxy that name a resource may have it. Guarded by the store's lock; compared by identity. */
final class Grant implements Dependent {
    final StoreEntry entry;
    final Proxy proxy;
    final Set<Subscription> subscriptions = new HashSet<>(2);
    boolean allowed;

    /** What the proxy gets while it is not allowed, if anything. */
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
