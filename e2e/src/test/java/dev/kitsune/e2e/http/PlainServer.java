package dev.kitsune.e2e.http;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/**
 * The JDK's HTTP server on loopback, as a server behind Envoys must be: it leaves it to them to close a connection. By itself
 * it closes those beyond 200 idle ones at once and all others after 30 seconds, and the request that an Envoy just sends there
 * is lost.
 *
 * <p>The JDK reads these switches once, before its first server is made: so every server of this sort is made here.
 */
public final class PlainServer {
    private static final int BACKLOG = 1000;

    static {
        System.setProperty("sun.net.httpserver.maxIdleConnections", "100000");
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private PlainServer() {}

    /** One that answers every path in the same way, each request on one of these threads. */
    public static HttpServer start(int port, Executor threads, HttpHandler answer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        server.setExecutor(threads);
        server.createContext("/", answer);
        server.start();
        return server;
    }
}
