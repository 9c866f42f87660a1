package dev.kitsune.xds.identity;

import io.grpc.Status;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a caller still is what its credentials said. It ends once, and all calls of the caller end with it. */
public final class CallerStanding {
    private final Set<StandingListener> listeners = new HashSet<>();
    private @Nullable Status end;

    /** Learns that the standing has ended. Must not block. */
    @FunctionalInterface
    public interface StandingListener {
        /** {@code reason} tells the caller why */
        void ended(Status reason);
    }

    /** No longer follows the standing. */
    @FunctionalInterface
    public interface StandingSubscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Ends it. Only the first reason counts. */
    public void end(Status reason) {
        Set<StandingListener> told;
        synchronized (this) {
            if (end != null) {
                return;
            }
            end = reason;
            told = Set.copyOf(listeners);
            listeners.clear();
        }
        told.forEach(listener -> listener.ended(reason));
    }

    public synchronized boolean isOver() {
        return end != null;
    }

    /** Calls the listener once: when it ends, or at once if it has ended. */
    public StandingSubscription follow(StandingListener listener) {
        Status reason;
        synchronized (this) {
            reason = end;
            if (reason == null) {
                listeners.add(listener);
            }
        }
        if (reason != null) {
            listener.ended(reason);
        }
        return () -> forget(listener);
    }

    private synchronized void forget(StandingListener listener) {
        listeners.remove(listener);
    }
}
