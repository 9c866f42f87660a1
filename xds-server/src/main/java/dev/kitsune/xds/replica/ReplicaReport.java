package dev.kitsune.xds.replica;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.protobuf.StringValue;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One message of a replica to the holder.
 *
 * @param whole whether it holds everything that the replica has; otherwise only what has changed since the last one
 * @param connected the number of the replica's proxies
 * @param uses the minutes in which virtual environments were used last, of those that were used since the last message
 */
record ReplicaReport(
        String replica,
        boolean whole,
        int connected,
        List<ReportedVirtualEnvironment> virtualEnvironments,
        Map<VirtualEnvironmentName, Instant> uses) {
    ReplicaReport {
        requireNonNull(replica, "replica");
        virtualEnvironments = List.copyOf(requireNonNull(virtualEnvironments, "virtualEnvironments"));
        uses = Map.copyOf(requireNonNull(uses, "uses"));
    }

    /** The message is no report. */
    static final class MalformedReportException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedReportException(String what, Exception cause) {
            super("a replica's report cannot be read: " + what, cause);
        }
    }

    StringValue message() {
        return ReplicaJson.message(this);
    }

    static ReplicaReport read(StringValue message) throws MalformedReportException {
        try {
            return ReplicaJson.read(message, ReplicaReport.class);
        } catch (JsonProcessingException e) {
            throw new MalformedReportException(e.getOriginalMessage(), e);
        }
    }
}
