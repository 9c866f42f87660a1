package dev.kitsune.xds.store;

/** A result that was computed from a snapshot. It is stale when a key that it has read changes. */
sealed interface Dependent permits StoreEntry, Grant, Wildcard, Wildcard.Standing, Subscription {}
