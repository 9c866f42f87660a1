package dev.kitsune.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BrokenConnectionsTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(BrokenConnections.class);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Queue<Runnable> minutes = new ArrayDeque<>();
    private final BrokenConnections connections = new BrokenConnections(meters, minutes::add);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void attach() {
        log.start();
        LOG.addAppender(log);
    }

    @AfterEach
    void detach() {
        LOG.detachAppender(log);
    }

    private void fail(int times, Level level) {
        for (int i = 0; i < times; i++) {
            connections.publish(new LogRecord(level, "Transport failed"));
        }
    }

    private void minute() {
        minutes.remove().run();
    }

    private List<String> lines() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void theFirstIsLoggedAtOnceAndLaterOnesInOneLineAMinute() {
        fail(1, Level.INFO);
        assertThat(lines()).singleElement().asString().startsWith("a connection to the xDS port ended");

        fail(1_000, Level.INFO);
        assertThat(lines()).hasSize(1);
        minute();
        assertThat(lines()).hasSize(2).last().asString().startsWith("1000 connections to the xDS port ended");

        minute();
        assertThat(lines()).as("after a minute without broken connections").hasSize(2);
        assertThat(minutes).isEmpty();

        fail(1, Level.INFO);
        assertThat(lines()).hasSize(3);
        assertThat(meters.get("kitsune.xds.connections.broken").counter().count())
                .isEqualTo(1_002);
    }

    @Test
    void ordinaryDisconnectionsAreNotLoggedAndNothingIsLoggedAfterClose() {
        fail(5, Level.FINE);
        assertThat(lines()).isEmpty();

        fail(3, Level.INFO);
        connections.close();
        minute();
        assertThat(lines()).hasSize(1);
    }
}
