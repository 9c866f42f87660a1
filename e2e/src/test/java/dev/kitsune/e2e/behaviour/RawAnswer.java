package dev.kitsune.e2e.behaviour;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Reads answers of HTTP/1 from a connection, for requests that no HTTP client sends. */
final class RawAnswer {
    private RawAnswer() {}

    static String headOf(Socket connection) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = connection.getInputStream().read();
            if (next < 0) {
                break;
            }
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads one answer with its body, by its length, or until the end of the connection if it has none. */
    static String of(Socket connection) throws IOException {
        InputStream in = connection.getInputStream();
        String head = headOf(connection);
        String length = head.lines()
                .filter(line -> line.startsWith("content-length: "))
                .findFirst()
                .map(line -> line.substring("content-length: ".length()))
                .orElse("");
        byte[] body = length.isEmpty() ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
        return head + new String(body, StandardCharsets.UTF_8);
    }
}
