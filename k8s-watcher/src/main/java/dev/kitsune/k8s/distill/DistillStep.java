package dev.kitsune.k8s.distill;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is to be done next for a component version. It is decided without IO. */
sealed interface DistillStep {
    /** How long a Deployment stays that nobody uses. Somebody may come back, and then its pods run already. */
    Duration KEPT = Duration.ofMinutes(10);

    /** Everything is as it should be. */
    record Rest() implements DistillStep {}

    /** Nobody needs it yet, or any more: look again at that time. */
    record Wait(Duration pause) implements DistillStep {}

    /** There is none, and somebody needs it. */
    record Create() implements DistillStep {}

    /** Give it the fields that Kitsune owns. */
    record Bring() implements DistillStep {}

    /** Note since when nobody uses it. {@code since}: null if somebody does */
    record Note(@Nullable Instant since) implements DistillStep {}

    record Collect() implements DistillStep {}

    /**
     * Decides.
     *
     * @param used whether somebody uses the version
     * @param existing null for none
     * @param wanted null if the version has no template now, so that its pods stay as they are
     * @param differs whether the existing one has not what is wanted
     */
    static DistillStep next(
            boolean used,
            @Nullable DeployedVersion existing,
            @Nullable WantedDeployment wanted,
            boolean differs,
            Instant now) {
        if (existing == null) {
            return used && wanted != null ? new Create() : new Rest();
        }
        if (existing.isDeleted()) {
            return new Rest(); // When it has gone, somebody hears of it.
        }
        if (used) {
            return existing.isMarkedUnused() ? new Note(null) : differs ? new Bring() : new Rest();
        }
        Instant since = existing.unusedSince();
        if (since == null || since.isAfter(now)) {
            return new Note(now); // The clock of another replica may be ahead.
        }
        Duration left = Duration.between(now, since.plus(KEPT));
        return left.isNegative() || left.isZero() ? new Collect() : new Wait(left);
    }
}
