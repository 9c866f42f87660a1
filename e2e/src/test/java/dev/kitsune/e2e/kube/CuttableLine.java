package dev.kitsune.e2e.kube;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Passes the connections to one loopback port on. It can be cut, and mended. */
final class CuttableLine implements AutoCloseable {
    private static final int BACKLOG = 50;

    private final int target;
    private final int port;
    /** Null while the line is cut. Guarded by this, like all fields below. */
    private ServerSocket entrance;

    private final List<Socket> connections = new ArrayList<>();

    CuttableLine(int target) throws IOException {
        this.target = target;
        this.entrance = open(0);
        this.port = entrance.getLocalPort();
    }

    int port() {
        return port;
    }

    /** Ends every connection, and refuses new ones. */
    synchronized void cut() throws IOException {
        entrance.close();
        for (Socket connection : connections) {
            connection.close();
        }
        connections.clear();
    }

    synchronized void mend() throws IOException {
        entrance = open(port);
    }

    private ServerSocket open(int at) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), BACKLOG);
        begin("accept", () -> {
            while (!socket.isClosed()) {
                pass(socket.accept());
            }
        });
        return socket;
    }

    private void pass(Socket from) throws IOException {
        Socket to;
        try {
            to = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            from.close(); // Nobody listens there now.
            return;
        }
        synchronized (this) {
            connections.add(from);
            connections.add(to);
        }
        begin("there", () -> copy(from, to));
        begin("back", () -> copy(to, from));
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
    }

    /** Does IO until its sockets are closed. */
    @FunctionalInterface
    private interface Passing {
        void run() throws IOException;
    }

    private static void begin(String name, Passing passing) {
        Thread thread = new Thread(
                () -> {
                    try {
                        passing.run();
                    } catch (IOException e) {
                        // The line was cut, or one of its ends has closed the connection.
                    }
                },
                "line-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
