package dev.kitsune.xds.inspect;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinBindException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP ports of Kitsune, with what they have in common. */
enum HttpPort {
    INSPECTION("inspection", "--http"),
    HEALTH("health", "--health");

    private static final Logger log = LoggerFactory.getLogger(HttpPort.class);

    private final String purpose;
    private final String option;

    HttpPort(String purpose, String option) {
        this.purpose = purpose;
        this.option = option;
    }

    /** Starts a server that listens on the address. */
    Javalin open(InetSocketAddress address, Consumer<JavalinConfig> endpoints)
            throws InspectionServer.InspectionListenException {
        Javalin server = Javalin.create(config -> {
            configure(config);
            endpoints.accept(config);
        });
        try {
            return server.start(address.getHostString(), address.getPort());
        } catch (JavalinBindException e) {
            server.stop();
            throw new InspectionServer.InspectionListenException(address, purpose, option, e);
        }
    }

    private static void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.routes.before(context -> {
            context.header("X-Content-Type-Options", "nosniff");
            context.header("Cache-Control", "no-store");
            context.header("Referrer-Policy", "no-referrer");
            context.header("X-Frame-Options", "DENY");
        });
        config.routes.exception(Exception.class, (e, context) -> {
            log.error("A fault of Kitsune, please report it: {} was not answered", context.path(), e);
            context.status(500).result("a fault of Kitsune; its log says more\n");
        });
    }
}
