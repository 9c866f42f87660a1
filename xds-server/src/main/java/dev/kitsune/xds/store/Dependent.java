package dev.kitsune.xds.store;

/** Something that was computed from a snapshot and is stale when what it read changed. */
sealed interface Dependent permits StoreEntry, Grant, Wildcard, Wildcard.Standing {}
