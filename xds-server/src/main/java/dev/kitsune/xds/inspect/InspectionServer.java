package dev.kitsune.xds.inspect;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server of the inspection API. It only reads, and never shows a secret's value. */
public final class InspectionServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InspectionServer.class);

    private final Inspected inspected;
    private final AllowedHosts hosts;
    private final Javalin server;

    /** The server cannot listen on the address. The message is for the user who started it. */
    public static final class InspectionListenException extends Exception {
        private static final long serialVersionUID = 1;

        InspectionListenException(InetSocketAddress address, Throwable cause) {
            super(
                    "cannot listen on " + address.getHostString() + ":" + address.getPort()
                            + " for inspection: another process may hold the port; stop it, or choose another address"
                            + " with --http",
                    cause);
        }
    }

    private InspectionServer(String host, Inspected inspected) {
        this.inspected = inspected;
        this.hosts = new AllowedHosts(host);
        this.server = Javalin.create(this::configure);
    }

    /**
     * Starts to listen.
     *
     * @param address port 0 takes a free one
     */
    public static InspectionServer start(InetSocketAddress address, Inspected inspected)
            throws InspectionListenException {
        InspectionServer server = new InspectionServer(address.getHostString(), inspected);
        try {
            server.server.start(address.getHostString(), address.getPort());
            return server;
        } catch (JavalinBindException e) {
            server.server.stop();
            throw new InspectionListenException(address, e);
        }
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
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.routes.before(context -> {
            context.header("X-Content-Type-Options", "nosniff");
            context.header("Cache-Control", "no-store");
            context.header("Referrer-Policy", "no-referrer");
            context.header("X-Frame-Options", "DENY");
            refuseOtherHosts(context);
        });
        config.routes.exception(Exception.class, (e, context) -> {
            log.error("A fault of Kitsune, please report it: {} was not answered", context.path(), e);
            context.status(500).result("a fault of Kitsune; its log says more\n");
        });
        byte[] page = page();
        String policy = PagePolicy.of(page);
        config.routes.get("/", context -> context.contentType("text/html; charset=utf-8")
                .header("Content-Security-Policy", policy)
                .result(page));
        config.routes.get("/healthz", context -> context.result("ok\n"));
        config.routes.get("/readyz", this::ready);
        config.routes.get("/metrics", context -> context.contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(inspected.metrics().scrape()));
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

    private void ready(Context context) {
        if (inspected.served().state().isReady()) {
            String failure = inspected.served().state().failure();
            context.result(failure == null ? "ready\n" : "ready, and " + failure + "\n");
        } else {
            context.status(503).result("not ready: no complete snapshot was published yet\n");
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
