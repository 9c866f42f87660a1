package dev.kitsune.e2e.envoy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses free ports on loopback for processes that need a fixed port.
 *
 * <p>The ports are below the range of ports for outgoing connections, so no connection takes one before its process
 * listens. The UDP port of the same number is held until close, so that another process which uses this class does not
 * choose the same port.
 */
public final class LoopbackPorts implements AutoCloseable {
    private static final int FIRST = 20_000;
    private static final int LAST = 31_999;

    private final List<DatagramSocket> held = new ArrayList<>();

    /** Returns a port that nobody listens on, and holds it until close. */
    public synchronized int next() throws IOException {
        int start = ThreadLocalRandom.current().nextInt(LAST - FIRST + 1);
        for (int i = 0; i <= LAST - FIRST; i++) {
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), FIRST + (start + i) % (LAST - FIRST + 1));
            if (hold(address)) {
                return address.getPort();
            }
        }
        throw new IOException("No free port on 127.0.0.1 from " + FIRST + " to " + LAST
                + ": stop some of the processes that listen there.");
    }

    private boolean hold(InetSocketAddress address) {
        try {
            DatagramSocket sign = new DatagramSocket(address);
            if (isFree(address)) {
                held.add(sign);
                return true;
            }
            sign.close();
            return false;
        } catch (SocketException e) {
            return false;
        }
    }

    private static boolean isFree(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public synchronized void close() {
        held.forEach(DatagramSocket::close);
        held.clear();
    }
}
