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
 * Ports on loopback for processes that must be told theirs.
 *
 * <p>They lie below the range from which the system gives ports to outgoing connections, and the UDP port of the same number
 * is held until close as a sign to whoever looks for ports in the same way: so neither a connection nor another test takes
 * one before its process listens.
 */
public final class LoopbackPorts implements AutoCloseable {
    private static final int FIRST = 20_000;
    private static final int LAST = 31_999;

    private final List<DatagramSocket> held = new ArrayList<>();

    /** A port that nobody listens on, held until close. */
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
