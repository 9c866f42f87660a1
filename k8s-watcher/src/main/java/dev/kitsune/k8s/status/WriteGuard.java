package dev.kitsune.k8s.status;

/** Tells whether this replica is the one that writes. It is asked before every write, so it must answer at once. */
@FunctionalInterface
public interface WriteGuard {
    boolean mayWrite();
}
