package dev.kitsune.e2e.kube;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes the connections to one loopback port on. It can be cut and mended, or become silent. It keeps its port while it
 * is cut, because another program could take the port.
 */
final class CuttableLine implements AutoCloseable {
    private static final int BACKLOG = 50;
    private static final int BUFFER = 8192;

    private final int target;
    private final ServerSocket entrance = new ServerSocket();

    /** Guarded by this, like all fields below. */
    private final List<Socket> connections = new ArrayList<>();

    /** The connections that may pass data on. */
    private volatile Set<Socket> passing = ConcurrentHashMap.newKeySet();

    private boolean silent;
    private boolean cut;

    CuttableLine(int target) throws IOException {
        this.target = target;
        entrance.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        begin("accept", () -> {
            while (!entrance.isClosed()) {
                pass(entrance.accept());
            }
        });
    }

    int port() {
        return entrance.getLocalPort();
    }

    /** Ends every connection, and new ones at once. */
    synchronized void cut() throws IOException {
        cut = true;
        for (Socket connection : connections) {
            connection.close();
        }
        connections.clear();
    }

    /** Passes nothing on, and closes nothing, like a network that loses every packet. */
    synchronized void fallSilent() {
        silent = true;
        passing = ConcurrentHashMap.newKeySet();
    }

    /** Passes new connections on. The earlier ones stay silent for ever. */
    synchronized void speak() {
        silent = false;
    }

    synchronized void mend() {
        cut = false;
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
            if (cut) {
                from.close();
                to.close();
                return;
            }
            connections.add(from);
            connections.add(to);
            if (!silent) {
                passing.add(from);
            }
        }
        begin("there", () -> copy(from, to, from));
        begin("back", () -> copy(to, from, from));
    }

    private void copy(Socket from, Socket to, Socket connection) throws IOException {
        byte[] bytes = new byte[BUFFER];
        try (from;
                to) {
            int count = from.getInputStream().read(bytes);
            while (count >= 0) {
                if (passing.contains(connection)) {
                    to.getOutputStream().write(bytes, 0, count);
                }
                count = from.getInputStream().read(bytes);
            }
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
        entrance.close();
    }
}
