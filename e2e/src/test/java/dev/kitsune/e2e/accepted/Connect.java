package dev.kitsune.e2e.accepted;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.kitsune.e2e.http.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Opens tunnels to TCP adapters, and reads the answers. */
final class Connect {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int LONGEST = 4_096;

    private Connect() {}

    static CompletableFuture<Answer> to(int port, String adapter, String header, String virtualEnvironment) {
        return CompletableFuture.supplyAsync(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                String request = "CONNECT " + adapter + ":80 HTTP/1.1\r\nhost: " + adapter + ":80\r\n" + header + ": "
                        + virtualEnvironment + "\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
                byte[] answer = new byte[LONGEST];
                int length = socket.getInputStream().read(answer);
                String text = new String(answer, 0, Math.max(0, length), StandardCharsets.UTF_8);
                return new Answer(0, Map.of(), new TextNode(text));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
