package dev.kitsune.xds.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that gRPC closed because of an error. Any client of the port can cause thousands of them, and gRPC
 * would log a stack trace for each. This class counts them, and logs the first one at once and all further ones
 * together in one line a minute. The log contains nothing that a client sent.
 */
final class BrokenConnections extends Handler {
    /** This reference keeps the logger, because an unreferenced logger loses its level. */
    private static final Logger CONNECTIONS = Logger.getLogger("io.grpc.netty.NettyServerTransport.connections");

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(BrokenConnections.class);

    private final Counter counter;
    private final Executor inAMinute;
    private int untold;
    private boolean minuteRuns;

    BrokenConnections(MeterRegistry meters) {
        this(meters, CompletableFuture.delayedExecutor(1, TimeUnit.MINUTES));
    }

    /** @param inAMinute runs a task a minute later */
    BrokenConnections(MeterRegistry meters, Executor inAMinute) {
        this.inAMinute = inAMinute;
        this.counter = Counter.builder("kitsune.xds.connections.broken")
                .description("Connections to the xDS port that ended because the client did not speak HTTP/2")
                .register(meters);
    }

    /** Intercepts gRPC's log of connections. */
    void listen() {
        CONNECTIONS.setUseParentHandlers(false);
        CONNECTIONS.setLevel(Level.INFO);
        CONNECTIONS.addHandler(this);
    }

    @Override
    public void publish(LogRecord logged) {
        // Connections that were merely reset or cut off are logged at a finer level.
        if (logged.getLevel().intValue() >= Level.INFO.intValue()) {
            counter.increment();
            add();
        }
    }

    private synchronized void add() {
        untold++;
        if (!minuteRuns) {
            tell();
        }
    }

    private synchronized void tell() {
        minuteRuns = untold > 0;
        if (minuteRuns) {
            LOG.warn(
                    "{} to the xDS port ended, because the client did not speak HTTP/2 without TLS; find out which"
                            + " other client uses this port. Further ones are reported together in a minute",
                    untold == 1 ? "a connection" : untold + " connections");
            untold = 0;
            inAMinute.execute(this::tell);
        }
    }

    @Override
    public void flush() {}

    /** Stops intercepting. */
    @Override
    public synchronized void close() {
        CONNECTIONS.removeHandler(this);
        untold = 0;
    }
}
