package dev.kitsune.k8s.watch;

import java.io.Serial;

/** The API server cannot be reached. The message is a sentence for the user. */
public final class NoClusterException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    NoClusterException(String server, String why) {
        super("the API server " + server + " cannot be reached: " + why + "; check the context and the network");
    }
}
