package dev.kitsune.e2e.net;

/**
 * What a client does next on its connection: it waits, sends a text as Latin-1, and reads.
 *
 * @param until {@code end} of the connection, {@code head} of an answer of HTTP/1, or a number of bytes
 */
record Step(long waitMillis, String send, String until) {
    /** Reads all that the server says until it ends the connection. */
    static Step toTheEnd(String send) {
        return new Step(0, send, "end");
    }

    static Step bytes(String send, int answer) {
        return new Step(0, send, Integer.toString(answer));
    }

    static Step head(String send) {
        return new Step(0, send, "head");
    }

    /** The same, and first nothing happens for a while. */
    Step after(long millis) {
        return new Step(millis, send, until);
    }
}
