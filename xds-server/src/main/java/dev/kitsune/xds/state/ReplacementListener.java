package dev.kitsune.xds.state;

/** Hears when the state folder was replaced by another, so that what was kept in it is to be kept again. */
@FunctionalInterface
public interface ReplacementListener {
    void replaced();
}
