package dev.kitsune.xds.replica;

/**
 * The version of a virtual environment's object that a replica serves.
 *
 * @param uid tells an object from an earlier one of the same name
 */
public record ServedGeneration(String uid, long generation) {}
