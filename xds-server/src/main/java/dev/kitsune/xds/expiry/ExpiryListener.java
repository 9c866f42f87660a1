package dev.kitsune.xds.expiry;

/** Is called when the set of expired virtual environments may have changed, so that another pass is due. */
@FunctionalInterface
public interface ExpiryListener {
    void changed();
}
