package dev.kitsune.xds.replica;

import com.google.common.collect.Sets;
import com.google.common.net.HostAndPort;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import io.grpc.Status;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports to the holder: everything at the beginning of a stream, and then what has changed. All methods but
 * {@link #used} are called by one thread, and nothing waits for the holder.
 */
final class ReplicaReporter {
    private static final Logger log = LoggerFactory.getLogger(ReplicaReporter.class);

    private final ThisReplica here;
    private final Replicas.Others others;
    private final ReplicaToken token;
    private final Executor thread;
    private final UsesByMinute uses = new UsesByMinute();
    private Set<VirtualEnvironmentName> changed = new HashSet<>();
    private @Nullable ReportStream stream;
    /** How many streams have ended since the last answer. A stream ends now and then with its connection. */
    private int failures;

    /** @param thread calls the methods, and is given what a stream reports */
    ReplicaReporter(ThisReplica here, Replicas.Others others, ReplicaToken token, Executor thread) {
        this.here = here;
        this.others = others;
        this.token = token;
        this.thread = thread;
    }

    void used(VirtualEnvironmentName virtualEnvironment, Instant at) {
        uses.add(virtualEnvironment, at);
    }

    void changed(Set<VirtualEnvironmentName> virtualEnvironments) {
        if (stream != null) {
            changed.addAll(virtualEnvironments);
            if (!changed.isEmpty()) {
                report();
            }
        }
    }

    /** Connects to the holder where this is needed, and shows that this replica lives. */
    void beat() {
        connect();
        report();
    }

    private void connect() {
        boolean holds = others.holder().isThisReplica();
        HostAndPort address = holds ? null : others.holder().address();
        if (holds) {
            // They are known here.
            uses.take();
        }
        if (stream != null && !stream.address().equals(address)) {
            disconnect();
        }
        if (stream == null && address != null) {
            stream = open(address);
        }
    }

    private ReportStream open(HostAndPort address) {
        StreamEvents events = new StreamEvents();
        ReportStream opened = new ReportStream(address, others.channels().open(address), token, events);
        events.stream = opened;
        return opened;
    }

    void disconnect() {
        if (stream != null) {
            uses.add(stream.close());
            stream = null;
            changed = new HashSet<>();
        }
    }

    private void report() {
        ReportStream to = stream;
        if (to == null || to.isWaiting()) {
            return;
        }
        boolean whole = to.needsWhole();
        // What changes from now on is reported again.
        Set<VirtualEnvironmentName> names = whole ? Sets.union(here.served(), changed) : changed;
        changed = new HashSet<>();
        List<ReportedVirtualEnvironment> reported = names.stream()
                .map(name -> ReportedVirtualEnvironment.of(name, here))
                .filter(one -> !whole || !one.isNothing())
                .toList();
        to.send(new ReplicaReport(here.name(), whole, here.connected(), reported, uses.take()));
    }

    private void answered(ReportStream by) {
        if (by == stream) {
            by.answered();
            if (failures > 1) {
                log.info("This replica reports to the holder at {}", by.address());
            }
            failures = 0;
            if (!changed.isEmpty()) {
                report();
            }
        }
    }

    /** The next {@link #beat} opens another stream. */
    private void ended(ReportStream by, Status status) {
        if (by == stream) {
            failures++;
            if (failures == 2) {
                log.warn(
                        "This replica cannot report to the holder at {}, and tries again: {} {}. It goes on serving.",
                        by.address(),
                        status.getCode(),
                        status.getDescription());
            }
            disconnect();
        }
    }

    /** Passes the events of one stream to the thread. */
    private final class StreamEvents implements ReportStream.Events {
        /** Is set by the thread before it takes an event. */
        private @Nullable ReportStream stream;

        @Override
        public void answered() {
            thread.execute(() -> {
                if (stream != null) {
                    ReplicaReporter.this.answered(stream);
                }
            });
        }

        @Override
        public void ended(Status status) {
            thread.execute(() -> {
                if (stream != null) {
                    ReplicaReporter.this.ended(stream, status);
                }
            });
        }
    }
}
