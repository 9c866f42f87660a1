package dev.kitsune.xds.input;

import dev.kitsune.xds.expiry.Uses;
import dev.kitsune.xds.server.Peers;

/** What an input adds to the control plane that serves it. */
public interface Companion extends AutoCloseable {
    /** Returns who is told of uses of virtual environments. */
    Uses uses();

    /** Returns the other replicas, as the port for Envoys knows them. */
    Peers peers();

    /** Begins, when the port for Envoys is open and nothing is read yet. */
    void start();

    /** Is called before the port for Envoys is closed. */
    @Override
    void close();

    /** Adds nothing. */
    static Companion nothing(Uses uses) {
        return new Companion() {
            @Override
            public Uses uses() {
                return uses;
            }

            @Override
            public Peers peers() {
                return Peers.NONE;
            }

            @Override
            public void start() {}

            @Override
            public void close() {}
        };
    }
}
