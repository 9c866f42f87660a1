package dev.kitsune.model.expiry;

/** Receives the sightings that another process has stored. */
@FunctionalInterface
public interface SightingListener {
    /** {@code sightings}: all stored sightings */
    void kept(Sightings sightings);
}
