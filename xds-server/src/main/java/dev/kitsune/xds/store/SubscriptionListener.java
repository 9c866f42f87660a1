package dev.kitsune.xds.store;

/** Is called when a subscribed resource has changed. */
@FunctionalInterface
public interface SubscriptionListener {
    /** Not called again until the change is taken. Must not block. */
    void changed();
}
