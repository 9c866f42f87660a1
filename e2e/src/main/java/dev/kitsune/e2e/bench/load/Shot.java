package dev.kitsune.e2e.bench.load;

import com.google.protobuf.ByteString;

/**
 * One request, ready to be sent, and what must be seen in its answer.
 *
 * @param seen the value of the answer's header {@value #SEEN}, by which the app tells what reached it
 */
public record Shot(ByteString request, String seen) {
    public static final String SEEN = "x-seen";

    /** A GET of an environment. */
    public static Shot get(String host, String environment, String seen) {
        return new Shot(
                ByteString.copyFromUtf8(
                        "GET / HTTP/1.1\r\nhost: " + host + "\r\nkitsune-env: " + environment + "\r\n\r\n"),
                seen);
    }
}
