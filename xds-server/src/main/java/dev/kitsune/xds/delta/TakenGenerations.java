package dev.kitsune.xds.delta;

import dev.kitsune.xds.store.Subscription;
import java.util.ArrayDeque;
import java.util.Deque;

/** Tracks the published generations of a stream, and tells the store when its client has acknowledged them. */
final class TakenGenerations {
    private static final int MOST = 64;

    private final Subscription subscription;
    private final Deque<Taken> pending = new ArrayDeque<>();
    private long newest;
    private long prepared;

    private record Taken(long wave, long generation) {}

    TakenGenerations(Subscription subscription) {
        this.subscription = subscription;
    }

    /** The changes up to a generation wait to be sent, in this wave or earlier ones. */
    void taken(long wave, long generation) {
        if (generation > newest) {
            newest = generation;
            if (pending.size() >= MOST) {
                pending.removeLast();
            }
            pending.addLast(new Taken(wave, generation));
        }
    }

    /** Resources held back in earlier waves are sent in this one. */
    void released(long wave) {
        if (!pending.isEmpty()) {
            pending.clear();
            pending.addLast(new Taken(wave, newest));
        }
    }

    /**
     * Reports the newly acknowledged generations to the store.
     *
     * @param unfinished the first wave that is not completely acknowledged
     * @param held the first wave with a resource that is held back from the client, or with an answer on its way to it
     */
    void tell(long unfinished, long held) {
        long ready = prepared;
        long acknowledged = 0;
        for (Taken taken : pending) {
            if (taken.wave() < unfinished) {
                ready = Math.max(ready, taken.generation());
                acknowledged = taken.wave() < held ? taken.generation() : acknowledged;
            }
        }
        if (ready > prepared) {
            prepared = ready;
            subscription.prepared(ready);
        }
        if (acknowledged > 0) {
            long upTo = acknowledged;
            pending.removeIf(taken -> taken.generation() <= upTo);
            subscription.acknowledged(upTo);
        }
    }
}
