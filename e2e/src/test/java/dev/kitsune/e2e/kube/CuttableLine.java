package dev.kitsune.e2e.kube;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes the connections to one loopback port on. It can be cut and mended, become silent, or be late. It keeps its port while it
 * is cut, because another program could take the port.
 *
 * <p>With several targets it is what the address of Kitsune's Service is to one Envoy: all connections go to one target
 * for as long as that takes them, and then to the next one.
 */
final class CuttableLine implements AutoCloseable {
    private static final int BACKLOG = 50;
    private static final int BUFFER = 8192;
    private static final Duration LOOK = Duration.ofMillis(20);

    private final int[] targets;
    private final ServerSocket entrance = new ServerSocket();

    /** Guarded by this, like all fields below. */
    private final List<Socket> connections = new ArrayList<>();

    /** The connections that may pass data on. */
    private volatile Set<Socket> passing = ConcurrentHashMap.newKeySet();

    private boolean silent;
    private boolean cut;
    private boolean holding;
    /** What is kept back, in its order. */
    private final Deque<Object> held = new ArrayDeque<>();

    private int current;

    CuttableLine(int... targets) throws IOException {
        this.targets = targets.clone();
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

    /** Keeps back what is sent to the target. What the target sends is passed on. */
    synchronized void hold() {
        holding = true;
    }

    /** Passes on what was kept back, and what comes next. */
    synchronized void release() {
        holding = false;
        notifyAll();
    }

    /** Returns on how many connections something is kept back. */
    synchronized int held() {
        return held.size();
    }

    /**
     * Passes on what is kept back, one part after the other, until a condition holds. What is sent because the condition
     * holds is kept back.
     */
    void passUntil(BooleanSupplier condition, Duration atMost) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + atMost.toNanos();
        Object oldest = oldest();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("the condition does not hold after " + atMost);
            }
            if (oldest != null) {
                pass(oldest);
            }
            oldest = oldest(); // It was sent before the condition is asked again.
        }
    }

    /** Returns what has been kept back for the longest time; null if that is nothing after a moment. */
    private synchronized @Nullable Object oldest() throws InterruptedException {
        long end = System.nanoTime() + LOOK.toNanos();
        while (held.isEmpty() && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
        }
        return held.peek();
    }

    private synchronized void pass(Object part) {
        held.remove(part);
        notifyAll();
    }

    private synchronized void awaitRelease() throws InterruptedException {
        Object part = new Object();
        held.add(part);
        notifyAll();
        try {
            while (holding && held.contains(part)) {
                wait();
            }
        } finally {
            held.remove(part);
        }
    }

    synchronized void mend() {
        cut = false;
    }

    private void pass(Socket from) throws IOException {
        Socket to = connect();
        if (to == null) {
            from.close();
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

    /** Returns null if nobody listens now. */
    private synchronized @Nullable Socket connect() {
        for (int i = 0; i < targets.length; i++) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), targets[current]);
            } catch (IOException e) {
                current = (current + 1) % targets.length; // Nobody listens there now.
            }
        }
        return null;
    }

    private void copy(Socket from, Socket to, Socket connection) throws IOException, InterruptedException {
        byte[] bytes = new byte[BUFFER];
        try (from;
                to) {
            int count = from.getInputStream().read(bytes);
            while (count >= 0) {
                if (from == connection) {
                    awaitRelease();
                }
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
        void run() throws IOException, InterruptedException;
    }

    private static void begin(String name, Passing passing) {
        Thread thread = new Thread(
                () -> {
                    try {
                        passing.run();
                    } catch (IOException e) {
                        // The line was cut, or one of its ends has closed the connection.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "line-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        release();
        cut();
        entrance.close();
    }
}
