package dev.kitsune.e2e.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A socket in the file system, which leads from a network namespace to a port of loopback outside of it. The two share no
 * network.
 */
final class SocketFile implements AutoCloseable {
    private final ServerSocketChannel server;
    private volatile int port;

    /** {@code port}: of loopback */
    SocketFile(Path file, int port) throws IOException {
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        this.port = port;
        server.bind(UnixDomainSocketAddress.of(file));
        daemon(() -> {
            while (server.isOpen()) {
                SocketChannel channel = server.accept();
                daemon(() -> {
                    try (channel;
                            Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
                        join(socket, channel);
                    }
                });
            }
        });
    }

    /** Later connections lead to another port. */
    void leadTo(int other) {
        port = other;
    }

    /** Connects a socket in a namespace to the other side. */
    static void join(Socket socket, Path file) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            join(socket, channel);
        }
    }

    private static void join(Socket socket, SocketChannel channel) throws IOException {
        OutputStream out = socket.getOutputStream();
        daemon(() -> {
            ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
            try (socket) {
                while (channel.read(buffer) >= 0) {
                    out.write(buffer.array(), 0, buffer.position());
                    buffer.clear();
                }
            }
        });
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[64 << 10];
        for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, read);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }

    /** Work that ends with its connection. */
    @FunctionalInterface
    interface ConnectionWork {
        void run() throws IOException;
    }

    static void daemon(ConnectionWork work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // One of the two sides has gone, and the other one notices it.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
