package dev.kitsune.e2e.app;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import java.util.function.Consumer;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;

/** A server on loopback that supports HTTP/1.1 and HTTP/2 without TLS. */
final class StandIn implements AutoCloseable {
    private final Javalin server;

    StandIn(int port, Consumer<JavalinConfig> routes) {
        server = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.showOldJavalinVersionWarning = false;
                    config.http.maxRequestSize = 64L << 20;
                    config.jetty.addConnector((jetty, http) -> {
                        // The limit is the gateway's, because the tests and not this server must judge the headers.
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
