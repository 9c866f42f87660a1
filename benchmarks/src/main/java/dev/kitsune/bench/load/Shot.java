package dev.kitsune.bench.load;

import com.google.protobuf.ByteString;
import dev.kitsune.model.manifest.VirtualEnvironmentName;

/**
 * One encoded request, and the expected header of its answer.
 *
 * @param seen the expected value of the header {@value #SEEN}, in which the app repeats the values that it received
 */
public record Shot(ByteString request, String seen) {
    public static final String SEEN = "x-seen";

    /** Returns a GET request of a virtual environment. */
    public static Shot get(String host, VirtualEnvironmentName virtualEnvironment, String seen) {
        return get(host, virtualEnvironment, "", seen);
    }

    /** Returns a GET request with more header lines, each with its line break. */
    public static Shot get(String host, VirtualEnvironmentName virtualEnvironment, String lines, String seen) {
        String head = "GET / HTTP/1.1\r\nhost: " + host + "\r\nkitsune-env: " + virtualEnvironment + "\r\n" + lines;
        return new Shot(ByteString.copyFromUtf8(head + "\r\n"), seen);
    }
}
