package dev.kitsune.e2e.app;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import java.util.function.Consumer;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;

/** A server on loopback that speaks HTTP/1.1 and, to whoever begins with it, HTTP/2 without TLS. */
final class StandIn implements AutoCloseable {
    private final Javalin server;

    StandIn(int port, Consumer<JavalinConfig> routes) {
        server = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.showOldJavalinVersionWarning = false;
                    config.http.maxRequestSize = 64L << 20;
                    config.jetty.addConnector((jetty, http) -> {
                        // As much as a gateway takes: what arrives is for the tests to judge, and not for the server.
                        http.setRequestHeaderSize(64 << 10);
                        ServerConnector connector = new ServerConnector(
                                jetty, 1, 1, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
                        connector.setHost("127.0.0.1");
                        connector.setPort(port);
                        connector.setIdleTimeout(300_000);
                        return connector;
                    });
                    routes.accept(config);
                })
                .start();
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }
}
