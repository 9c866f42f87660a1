package dev.kitsune.model.expiry;

import java.time.Instant;

/**
 * When an object was there for the first time.
 *
 * @param file in which it stands; of several files that hold one object this is the one that counts
 */
public record Arrival(Instant first, String file) {}
