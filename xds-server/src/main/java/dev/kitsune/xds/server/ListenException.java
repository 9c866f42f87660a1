package dev.kitsune.xds.server;

import java.net.InetSocketAddress;

/** The server cannot listen on its address. The message is for the user who started it. */
public final class ListenException extends Exception {
    private static final long serialVersionUID = 1;

    ListenException(InetSocketAddress address, Throwable cause) {
        super(
                "cannot listen on " + address.getHostString() + ":" + address.getPort()
                        + " for xDS: another process may hold the port; stop it, or choose another address with --xds",
                cause);
    }
}
