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
 * The connections that gRPC gave up. Whoever reaches the port can bring thousands of them, and gRPC would write a stack trace
 * of each to the logging of Java. Here they are counted, and told together: the first one at once, those that follow it in
 * one line a minute. Nothing that was sent is repeated.
 */
final class BrokenConnections extends Handler {
    /** Kept, because a logger that nobody holds forgets its level. */
    private static final Logger CONNECTIONS = Logger.getLogger("io.grpc.netty.NettyServerTransport.connections");

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(BrokenConnections.class);

    private final Counter counter;
    private final Executor inAMinute;
    private int untold;
    private boolean minuteRuns;

    BrokenConnections(MeterRegistry meters) {
        this(meters, CompletableFuture.delayedExecutor(1, TimeUnit.MINUTES));
    }

    /** @param inAMinute runs what it is given a minute later */
    BrokenConnections(MeterRegistry meters, Executor inAMinute) {
        this.inAMinute = inAMinute;
        this.counter = Counter.builder("kitsune.xds.connections.broken")
                .description("Connections to the xDS port that ended because the client did not speak HTTP/2")
                .register(meters);
    }

    /** Takes what gRPC has to say of connections, and nobody else gets it. */
    void listen() {
        CONNECTIONS.setUseParentHandlers(false);
        CONNECTIONS.setLevel(Level.INFO);
        CONNECTIONS.addHandler(this);
    }

    @Override
    public void publish(LogRecord logged) {
        // What was merely reset or cut off is logged on a finer level.
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

    /** Listens no more. */
    @Override
    public synchronized void close() {
        CONNECTIONS.removeHandler(this);
        untold = 0;
    }
}
