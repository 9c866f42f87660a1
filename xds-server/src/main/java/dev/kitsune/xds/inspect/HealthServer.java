package dev.kitsune.xds.inspect;

import io.javalin.Javalin;
import java.net.InetSocketAddress;

/**
 * The HTTP server of the health endpoints alone. Probes and Prometheus come from other machines, which must not reach the
 * inspection API. It answers for every host name, because it shows nothing that another web site could want.
 */
public final class HealthServer implements AutoCloseable {
    private final Javalin server;

    private HealthServer(Javalin server) {
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @param address port 0 takes a free one
     */
    public static HealthServer start(InetSocketAddress address, Inspected inspected)
            throws InspectionServer.InspectionListenException {
        HealthEndpoints endpoints = new HealthEndpoints(inspected);
        return new HealthServer(HttpPort.HEALTH.open(address, config -> endpoints.register(config.routes)));
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
}
