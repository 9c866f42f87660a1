package dev.kitsune.e2e.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/**
 * Passes connections to an API server on, and records what passes. It shows clients the certificate of that API server, so
 * they notice nothing.
 */
final class RecordingLine implements AutoCloseable {
    private static final int BACKLOG = 50;
    private static final int BUFFER = 65_536;

    private final int target;
    private final SSLContext tls;
    private final ServerSocket entrance;
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Guarded by this. */
    private final List<RecordedPart> parts = new ArrayList<>();

    /**
     * A part of what has passed, as it was read.
     *
     * @param connection its number
     * @param isAnswer whether the API server has sent it
     */
    record RecordedPart(int connection, boolean isAnswer, String text) {}

    /** {@code folder}: of the API server, in which it keeps its certificate */
    RecordingLine(ApiServer server, Path folder) throws IOException, GeneralSecurityException {
        Config config = server.config();
        target = URI.create(config.getMasterUrl()).getPort();
        tls = SSLUtils.sslContext(new ConfigBuilder(config)
                .withClientCertFile(
                        folder.resolve("certificates").resolve("apiserver.crt").toString())
                .withClientKeyFile(
                        folder.resolve("certificates").resolve("apiserver.key").toString())
                .build());
        entrance = tls.getServerSocketFactory().createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        begin(() -> {
            while (!entrance.isClosed()) {
                Socket from = entrance.accept();
                begin(() -> pass(from));
            }
        });
    }

    int port() {
        return entrance.getLocalPort();
    }

    /** Returns what has passed until now, in its order. */
    synchronized List<RecordedPart> parts() {
        return List.copyOf(parts);
    }

    private void pass(Socket from) throws IOException {
        Socket to = tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), target);
        open.add(from);
        open.add(to);
        int connection = connections.incrementAndGet();
        begin(() -> copy(to, from, connection, true));
        copy(from, to, connection, false);
    }

    private void copy(Socket from, Socket to, int connection, boolean isAnswer) throws IOException {
        byte[] bytes = new byte[BUFFER];
        try (from;
                to) {
            int count = from.getInputStream().read(bytes);
            while (count >= 0) {
                record(new RecordedPart(connection, isAnswer, new String(bytes, 0, count, StandardCharsets.UTF_8)));
                to.getOutputStream().write(bytes, 0, count);
                count = from.getInputStream().read(bytes);
            }
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private synchronized void record(RecordedPart part) {
        parts.add(part);
    }

    /** Does IO until its sockets are closed. */
    @FunctionalInterface
    private interface Recording {
        void run() throws IOException;
    }

    private static void begin(Recording recording) {
        Thread thread = new Thread(
                () -> {
                    try {
                        recording.run();
                    } catch (IOException e) {
                        // One of the ends has closed the connection.
                    }
                },
                "recording-line");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
