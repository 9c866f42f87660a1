package dev.kitsune.model.source;

/**
 * Whether this process decides, or serves what another process decides. Several processes may serve one input, and one of
 * them decides at a time.
 */
@FunctionalInterface
public interface Deciding {
    /** It is the only one that serves its input. */
    Deciding ALWAYS = () -> true;

    /** Another process decides for as long as this one runs. */
    Deciding NEVER = () -> false;

    /** The answer may change at any time. A store refuses what a process wants to save that does not decide any more. */
    boolean decides();
}
