package dev.kitsune.model.release;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.resolve.Trial;
import java.util.HashSet;
import java.util.Set;
import org.pcollections.PMap;

/** An incomplete decision. The steps of one decision use it one after the other. */
final class DecisionDraft {
    private final Set<VirtualEnvironmentName> touched = new HashSet<>();
    private PMap<VirtualEnvironmentName, ReleaseStatus> statuses;
    private PMap<VirtualEnvironmentName, Trial> waiting;

    DecisionDraft(Releases before) {
        this.statuses = before.statuses();
        this.waiting = before.waits().trials();
    }

    PMap<VirtualEnvironmentName, ReleaseStatus> statuses() {
        return statuses;
    }

    /** Returns the result of the last try of each waiting release. */
    PMap<VirtualEnvironmentName, Trial> waiting() {
        return waiting;
    }

    /** Returns the virtual environments whose releases must be examined. */
    Set<VirtualEnvironmentName> touched() {
        return touched;
    }

    void touch(VirtualEnvironmentName name) {
        touched.add(name);
    }

    ReleaseStatus status(VirtualEnvironmentName name) {
        return statuses.getOrDefault(name, ReleaseStatus.NONE);
    }

    void put(VirtualEnvironmentName name, ReleaseStatus status) {
        statuses = statuses.plus(name, status);
        touch(name);
    }

    void remove(VirtualEnvironmentName name) {
        statuses = statuses.minus(name);
        touch(name);
    }

    /** Records that its release was tried and has errors. */
    void waits(VirtualEnvironmentName name, Trial trial) {
        waiting = waiting.plus(name, trial);
    }

    /** Discards the result of the last try of its release. */
    void forgetTrial(VirtualEnvironmentName name) {
        waiting = waiting.minus(name);
    }
}
