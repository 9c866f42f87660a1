package dev.kitsune.k8s.watch;

import java.io.Serial;

/** There is no cluster, or its API server cannot be reached. The message is a sentence for the user. */
public final class NoClusterException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** {@code sentence}: for the user */
    public NoClusterException(String sentence) {
        super(sentence);
    }

    NoClusterException(String server, String why) {
        this("the API server " + server + " cannot be reached: " + why + "; check the context and the network");
    }
}
