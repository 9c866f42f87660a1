package dev.kitsune.xds.release;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the changes of releases. */
public final class ReleaseLog {
    private static final Logger log = LoggerFactory.getLogger("releases");

    private ReleaseLog() {}

    public static void say(
            VirtualEnvironmentName virtualEnvironment, @Nullable ReleaseStatus before, @Nullable ReleaseStatus now) {
        ReleaseStatus old = before == null ? ReleaseStatus.NONE : before;
        if (now == null) {
            log.info("{}: no longer exists, and its releases are removed", virtualEnvironment);
            return;
        }
        for (ReleaseEntry entry : now.history()) {
            boolean known = old.history().stream().anyMatch(e -> e.id() == entry.id());
            if (!known) {
                log.info("{}: release {} is {}", virtualEnvironment, entry.id(), words(entry.phase()));
            }
        }
        if (now.active() != null
                && (old.active() == null || old.active().id() != now.active().id())) {
            log.info(
                    "{}: release {} is active", virtualEnvironment, now.active().id());
        }
        if (now.pending() != null
                && (old.pending() == null || old.pending().id() != now.pending().id())) {
            log.warn(
                    "{}: release {} waits until {} for {} to be solved",
                    virtualEnvironment,
                    now.pending().id(),
                    now.pending().times().deadline(),
                    now.pending().problems().size() == 1
                            ? "a problem"
                            : now.pending().problems().size() + " problems");
        }
    }

    private static String words(ReleaseEntry.Phase phase) {
        return switch (phase) {
            case Pending -> "pending";
            case Active -> "active";
            case Superseded -> "superseded";
            case RolledBack -> "rolled back";
            case DeadlineExceeded -> "past its deadline, and is not tried again";
        };
    }
}
