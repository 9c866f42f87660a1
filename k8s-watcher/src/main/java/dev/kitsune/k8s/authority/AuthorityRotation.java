package dev.kitsune.k8s.authority;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a rotation. Pods get a changed ConfigMap about a minute later, so nothing is signed by an authority before
 * all had time to get it. For the same time, the earlier one is trusted after nobody signs by it any more.
 *
 * @param spread how long a step waits for the one before
 */
record AuthorityRotation(AuthorityMaker maker, Duration spread) {
    /**
     * Returns what must be stored now; null if nothing has changed.
     *
     * @param spreading since when all ConfigMaps hold what is trusted, as far as this process has seen it
     */
    @Nullable
    StoredAuthorities step(StoredAuthorities stored, Instant spreading, Instant now) {
        Instant since = stored.since().isAfter(spreading) ? stored.since() : spreading;
        boolean spreads = now.isBefore(since.plus(spread));
        if (stored.next() != null) {
            return spreads ? null : stored.switchOver(now);
        }
        if (stored.old() != null) {
            return spreads ? null : stored.forgetOld(now);
        }
        return stored.rotationAsked() || !now.isBefore(maker.renewal(stored.current()))
                ? stored.announce(maker.make(), now)
                : null;
    }

    /** Returns what must be stored because there is no Secret. {@code known}: what it held before; null if nobody knows */
    StoredAuthorities again(@Nullable StoredAuthorities known, Instant now) {
        if (known == null) {
            return StoredAuthorities.begin(maker.make(), now);
        }
        // Who has seen the key may have it still, so another authority takes its place, without an interruption.
        StoredAuthorities lost = known.lost();
        return lost.next() == null ? lost.announce(maker.make(), now) : lost;
    }
}
