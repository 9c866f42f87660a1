package dev.kitsune.xds.replica;

/**
 * The version of a virtual environment that a replica serves.
 *
 * @param uid tells an object from an earlier one of the same name
 * @param generation of the object
 * @param release the id of the active release; 0 for none. It is in the object's status, so the generation does not tell
 */
public record ServedGeneration(String uid, long generation, int release) {}
