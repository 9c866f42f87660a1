package dev.kitsune.bench.load;

import com.google.protobuf.ByteString;
import dev.kitsune.model.manifest.VirtualEnvironmentName;

/**
 * One request, ready to be sent, and what must be seen in its answer.
 *
 * @param seen the value of the answer's header {@value #SEEN}, by which the app tells what reached it
 */
public record Shot(ByteString request, String seen) {
    public static final String SEEN = "x-seen";

    /** A GET of a virtual environment. */
    public static Shot get(String host, VirtualEnvironmentName virtualEnvironment, String seen) {
        return get(host, virtualEnvironment, "", seen);
    }

    /** With more header lines, each with its end. */
    public static Shot get(String host, VirtualEnvironmentName virtualEnvironment, String lines, String seen) {
        String head = "GET / HTTP/1.1\r\nhost: " + host + "\r\nkitsune-env: " + virtualEnvironment + "\r\n" + lines;
        return new Shot(ByteString.copyFromUtf8(head + "\r\n"), seen);
    }
}
