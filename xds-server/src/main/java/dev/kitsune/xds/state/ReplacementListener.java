package dev.kitsune.xds.state;

/** Is called when the state folder was replaced, so that its content must be saved again. */
@FunctionalInterface
public interface ReplacementListener {
    void replaced();
}
