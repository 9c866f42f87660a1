package dev.kitsune.xds.inject;

import java.net.InetSocketAddress;

/** The webhook cannot listen on its address. The message is for the user who started it. */
public final class WebhookListenException extends Exception {
    private static final long serialVersionUID = 1;

    WebhookListenException(InetSocketAddress address, Throwable cause) {
        super(
                "cannot listen on " + address.getHostString() + ":" + address.getPort()
                        + " for the webhook: another process may hold the port; stop it, or choose another address with"
                        + " --inject",
                cause);
    }
}
