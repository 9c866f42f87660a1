package dev.kitsune.e2e.http;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/**
 * Creates the JDK's HTTP server on loopback with settings for a server behind Envoys. It never closes idle connections.
 * By default it closes idle connections beyond 200 at once, and all others after 30 seconds, and loses a request that
 * an Envoy sends at that moment.
 *
 * <p>The JDK reads these properties only once, before it creates the first server. Therefore every server of this kind
 * is created here.
 */
public final class PlainServer {
    private static final int BACKLOG = 1000;

    static {
        System.setProperty("sun.net.httpserver.maxIdleConnections", "100000");
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private PlainServer() {}

    /** Starts a server with one handler for all paths, which runs on the given threads. */
    public static HttpServer start(int port, Executor threads, HttpHandler answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        server.setExecutor(threads);
        server.createContext("/", answer);
        server.start();
        return server;
    }
}
