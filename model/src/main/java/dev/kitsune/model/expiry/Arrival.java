package dev.kitsune.model.expiry;

import java.time.Instant;

/**
 * The time at which an object was first seen.
 *
 * @param file the file that holds the object; if several files hold it, the file that counts
 */
public record Arrival(Instant first, String file) {}
