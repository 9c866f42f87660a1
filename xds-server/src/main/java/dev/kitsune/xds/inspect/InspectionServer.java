package dev.kitsune.xds.inspect;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Objects;

/** The HTTP server of the inspection API. It only reads, and never shows a secret's value. */
public final class InspectionServer implements AutoCloseable {
    private final Inspected inspected;
    private final AllowedHosts hosts;
    private final Javalin server;

    /** The server cannot listen on the address. The message is for the user who started it. */
    public static final class InspectionListenException extends Exception {
        private static final long serialVersionUID = 1;

        InspectionListenException(InetSocketAddress address, String purpose, String option, Throwable cause) {
            super(
                    "cannot listen on " + address.getHostString() + ":" + address.getPort() + " for " + purpose
                            + ": another process may hold the port; stop it, or choose another address with "
                            + option,
                    cause);
        }
    }

    private InspectionServer(InetSocketAddress address, Inspected inspected) throws InspectionListenException {
        this.inspected = inspected;
        this.hosts = new AllowedHosts(address.getHostString());
        this.server = HttpPort.INSPECTION.open(address, this::configure);
    }

    /**
     * Starts to listen.
     *
     * @param address port 0 takes a free one
     */
    public static InspectionServer start(InetSocketAddress address, Inspected inspected)
            throws InspectionListenException {
        return new InspectionServer(address, inspected);
    }

    /** The server with all of its paths, for a test that knows each of them. */
    Javalin paths() {
        return server;
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    private void configure(JavalinConfig config) {
        config.routes.before(this::refuseOtherHosts);
        byte[] page = page();
        String policy = PagePolicy.of(page);
        config.routes.get("/", context -> context.contentType("text/html; charset=utf-8")
                .header("Content-Security-Policy", policy)
                .result(page));
        new HealthEndpoints(inspected).register(config.routes);
        new Api(inspected).register(config.routes);
    }

    private void refuseOtherHosts(Context context) {
        if (!hosts.allow(context.header("Host"))) {
            context.status(421)
                    .result("the inspection API answers requests for IP addresses, for localhost, and for the name in"
                            + " --http; this request has another Host\n")
                    .skipRemainingHandlers();
        }
    }

    private static byte[] page() {
        try (InputStream page = Objects.requireNonNull(
                InspectionServer.class.getResourceAsStream("page.html"), "page.html is packed with this class")) {
            return page.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
