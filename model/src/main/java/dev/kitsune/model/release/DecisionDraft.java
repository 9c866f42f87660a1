package dev.kitsune.model.release;

import dev.kitsune.model.resolve.Trial;
import java.util.HashSet;
import java.util.Set;
import org.pcollections.PMap;

/** What a decision has come to so far. Used by the steps of one decision, one after the other. */
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

    /** What came of the last try of each release that waits. */
    PMap<String, Trial> waiting() {
        return waiting;
    }

    /** The virtual environments whose releases are to be looked at. */
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

    /** Its release was tried, and did not pass. */
    void waits(String name, Trial trial) {
        waiting = waiting.plus(name, trial);
    }

    /** What is known of the last try of its release does not count any more. */
    void forgetTrial(String name) {
        waiting = waiting.minus(name);
    }
}
