package dev.kitsune.xds.server;

import dev.kitsune.xds.thread.MinuteReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Executor;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that gRPC closed because of an error. gRPC would log a stack trace for each. This class counts them, and
 * logs them together. The log contains nothing that a client sent.
 */
final class BrokenConnections extends Handler {
    /** This reference keeps the logger, because an unreferenced logger loses its level. */
    private static final Logger CONNECTIONS = Logger.getLogger("io.grpc.netty.NettyServerTransport.connections");

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(BrokenConnections.class);

    private final Counter counter;
    private final MinuteReport report;

    BrokenConnections(MeterRegistry meters) {
        this(meters, new MinuteReport(BrokenConnections::log));
    }

    /** @param inAMinute runs a task a minute later */
    BrokenConnections(MeterRegistry meters, Executor inAMinute) {
        this(meters, new MinuteReport(BrokenConnections::log, inAMinute));
    }

    private BrokenConnections(MeterRegistry meters, MinuteReport report) {
        this.report = report;
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
            report.add("");
        }
    }

    private static void log(int connections, String newest) {
        LOG.warn(
                "{} to the xDS port ended, because the client did not speak HTTP/2 as this port does, with or without"
                        + " TLS; find out which other client uses this port. Further ones are reported together in a minute",
                connections == 1 ? "a connection" : connections + " connections");
    }

    @Override
    public void flush() {}

    /** Stops intercepting. */
    @Override
    public void close() {
        CONNECTIONS.removeHandler(this);
        report.forget();
    }
}
