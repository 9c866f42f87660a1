package dev.kitsune.xds.store;

import dev.kitsune.envoy.Audience;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one audience, and everything that some of them follow. What all of them share is stored here once, so
 * that a thousand sidecars of one component version cost little more than one. Guarded by the store's lock.
 */
final class Clientele {
    final Audience audience;
    private final Set<Subscription> subscriptions = new HashSet<>(2);
    private final List<@Nullable Followed> followed = new ArrayList<>();
    private final BitSet used = new BitSet();

    Clientele(Audience audience) {
        this.audience = audience;
    }

    Collection<Subscription> subscriptions() {
        return subscriptions;
    }

    void join(Subscription subscription) {
        subscriptions.add(subscription);
    }

    /** Returns whether no stream is left. */
    boolean leave(Subscription subscription) {
        subscriptions.remove(subscription);
        return subscriptions.isEmpty();
    }

    /** Returns the number of something new. The numbers of what nobody follows any more are used again. */
    int add(Followed one) {
        int id = used.nextClearBit(0);
        used.set(id);
        if (id == followed.size()) {
            followed.add(one);
        } else {
            followed.set(id, one);
        }
        return id;
    }

    void remove(Followed one) {
        used.clear(one.id);
        followed.set(one.id, null);
    }

    /** What a stream with these bits follows. */
    List<Followed> followed(BitSet bits) {
        List<Followed> found = new ArrayList<>(bits.cardinality());
        bits.stream().forEach(id -> found.add(Objects.requireNonNull(followed.get(id), "it is followed")));
        return found;
    }
}
