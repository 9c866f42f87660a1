package dev.kitsune.e2e.xds;

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
 * The address of a Service on loopback. Each new connection goes to the next of its pods. A pod that leaves keeps the
 * connections that it has, and gets no others, as when a pod ends.
 */
public final class ServiceAddress implements AutoCloseable {
    private static final int BACKLOG = 200;
    private static final int BUFFER = 8192;

    private final ServerSocket entrance = new ServerSocket();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Guarded by itself. */
    private final List<InetSocketAddress> ready = new ArrayList<>();

    private int next;

    /** {@code pods}: that are ready */
    public ServiceAddress(InetSocketAddress... pods) throws IOException {
        ready.addAll(List.of(pods));
        entrance.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        begin("accept", () -> {
            while (!entrance.isClosed()) {
                pass(entrance.accept());
            }
        });
    }

    public int port() {
        return entrance.getLocalPort();
    }

    /** The pod at this address is ready. */
    public void join(InetSocketAddress pod) {
        synchronized (ready) {
            ready.add(pod);
        }
    }

    /** The pod at this address ends. */
    public void leave(InetSocketAddress pod) {
        synchronized (ready) {
            ready.remove(pod);
        }
    }

    private void pass(Socket from) {
        try {
            open.add(from);
            Socket to = connect();
            open.add(to);
            begin("there", () -> copy(from, to));
            begin("back", () -> copy(to, from));
        } catch (IOException e) {
            close(from);
        }
    }

    private Socket connect() throws IOException {
        InetSocketAddress pod;
        synchronized (ready) {
            if (ready.isEmpty()) {
                throw new IOException("no pod is ready");
            }
            pod = ready.get(next++ % ready.size());
        }
        return new Socket(pod.getAddress(), pod.getPort());
    }

    private void copy(Socket from, Socket to) throws IOException {
        byte[] bytes = new byte[BUFFER];
        try {
            int count = from.getInputStream().read(bytes);
            while (count >= 0) {
                to.getOutputStream().write(bytes, 0, count);
                count = from.getInputStream().read(bytes);
            }
        } finally {
            close(from);
            close(to);
        }
    }

    private void close(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed in any case.
        }
    }

    /** Does IO until its sockets are closed. */
    @FunctionalInterface
    private interface Transfer {
        void run() throws IOException;
    }

    private static void begin(String name, Transfer transfer) {
        Thread thread = new Thread(
                () -> {
                    try {
                        transfer.run();
                    } catch (IOException e) {
                        // One of the ends has closed the connection.
                    }
                },
                "service-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        open.forEach(this::close);
    }
}
