package dev.kitsune.model.expiry;

/** Hears of the sightings that another process keeps. */
@FunctionalInterface
public interface SightingListener {
    /** {@code sightings}: all that are kept now */
    void kept(Sightings sightings);
}
