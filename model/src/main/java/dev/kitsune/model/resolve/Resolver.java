package dev.kitsune.model.resolve;

/** Resolves a catalog to a snapshot: all at once the first time, later only what a change reaches. */
public final class Resolver {
    private Resolver() {}
}
