package dev.kitsune.e2e.datastore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.SocketFactory;

/**
 * Opens connections through a sidecar, by CONNECT in HTTP/1.1. Database drivers use it by its class name.
 */
public final class Tunnel extends SocketFactory {
    private static final int PATIENCE = 30_000;

    private final int sidecar;
    private final String target;
    private final String virtualEnvironment;

    /** @param argument {@code SIDECAR-PORT/TARGET/ENVIRONMENT} */
    public Tunnel(String argument) {
        String[] parts = argument.split("/", -1);
        this.sidecar = Integer.parseInt(parts[0]);
        this.target = parts[1];
        this.virtualEnvironment = parts[2];
    }

    /** The sidecar has refused the connection. Its answer says why. */
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String answer) {
            super(answer);
        }
    }

    /** Opens a connection to the target. */
    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), sidecar);
        socket.setSoTimeout(PATIENCE);
        String context = virtualEnvironment.isEmpty() ? "" : "kitsune-env: " + virtualEnvironment + "\r\n";
        socket.getOutputStream()
                .write(("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" + context + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        String head = head(socket);
        if (!head.startsWith("HTTP/1.1 200 ")) {
            String rest = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            socket.close();
            throw new RefusedException(head + rest);
        }
        socket.setSoTimeout(0);
        return socket;
    }

    private static String head(Socket socket) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                break;
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return createSocket();
    }
}
