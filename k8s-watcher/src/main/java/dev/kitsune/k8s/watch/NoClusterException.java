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

    /** No answer came from an API server. {@code why}: the end of a sentence */
    static NoClusterException unreachable(String server, String why) {
        return new NoClusterException(
                "the API server " + server + " cannot be reached: " + why + "; check the context and the network");
    }

    /** An API server does not accept the user's credentials. */
    static NoClusterException unknownUser(String server, String why) {
        return new NoClusterException("the API server " + server + " does not know you: " + why
                + "; check the user of the context, or log in again");
    }
}
