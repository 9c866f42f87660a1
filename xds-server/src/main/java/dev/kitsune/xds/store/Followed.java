package dev.kitsune.xds.store;

import java.util.Set;

/**
 * Something that streams of one audience follow: a resource that they name, or the names of a wildcard. Which of the
 * streams follow it is a bit of each of them. Guarded by the store's lock; compared by identity.
 */
abstract sealed class Followed permits Grant, Wildcard {
    final Clientele clientele;
    final int id;
    private int followers;

    Followed(Clientele clientele) {
        this.clientele = clientele;
        this.id = clientele.add(this);
    }

    void joined() {
        followers++;
    }

    /** Returns whether nobody follows it any more. */
    boolean left() {
        followers--;
        if (followers == 0) {
            clientele.remove(this);
        }
        return followers == 0;
    }

    void mark(ResourceKey key, Set<Subscription> woken) {
        for (Subscription subscription : clientele.subscriptions()) {
            if (subscription.follows(this)) {
                subscription.mark(key, woken);
            }
        }
    }
}
