package dev.kitsune.model.release;

import dev.kitsune.model.resolve.Trial;
import java.util.HashSet;
import java.util.Set;
import org.pcollections.PMap;

/** An incomplete decision. The steps of one decision use it one after the other. */
final class DecisionDraft {
    private final Set<String> touched = new HashSet<>();
    private PMap<String, ReleaseStatus> statuses;
    private PMap<String, Trial> waiting;

    DecisionDraft(Releases before) {
        this.statuses = before.statuses();
        this.waiting = before.waits().trials();
    }

    PMap<String, ReleaseStatus> statuses() {
        return statuses;
    }

    /** Returns the result of the last try of each waiting release. */
    PMap<String, Trial> waiting() {
        return waiting;
    }

    /** Returns the virtual environments whose releases must be examined. */
    Set<String> touched() {
        return touched;
    }

    void touch(String name) {
        touched.add(name);
    }

    ReleaseStatus status(String name) {
        return statuses.getOrDefault(name, ReleaseStatus.NONE);
    }

    void put(String name, ReleaseStatus status) {
        statuses = statuses.plus(name, status);
        touch(name);
    }

    void remove(String name) {
        statuses = statuses.minus(name);
        touch(name);
    }

    /** Records that its release was tried and has errors. */
    void waits(String name, Trial trial) {
        waiting = waiting.plus(name, trial);
    }

    /** Discards the result of the last try of its release. */
    void forgetTrial(String name) {
        waiting = waiting.minus(name);
    }
}
