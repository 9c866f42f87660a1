package dev.kitsune.xds.expiry;

/** Hears when who has expired may be others than before, so that another pass is due. */
@FunctionalInterface
public interface ExpiryListener {
    void changed();
}
