package dev.kitsune.xds.store;

/** Hears when something that is subscribed to changed. */
@FunctionalInterface
public interface SubscriptionListener {
    /** Not called again until the change is taken. Must only hand work on. */
    void changed();
}
