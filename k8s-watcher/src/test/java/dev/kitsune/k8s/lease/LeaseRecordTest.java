package dev.kitsune.k8s.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeaseRecordTest {
    private static final ZonedDateTime NOON = ZonedDateTime.parse("2030-01-01T12:00:00Z");
    private static final Duration LASTS = Duration.ofSeconds(15);
    private static final LeaseRecord.Claimant ONE =
            new LeaseRecord.Claimant(LeaseRecord.identity(new Replica("kitsune-0", null), "a"), "10.0.0.1:18000");
    private static final LeaseRecord.Claimant TWO =
            new LeaseRecord.Claimant(LeaseRecord.identity(new Replica("kitsune-1", null), "b"), null);

    private static Lease held(@Nullable Lease before, LeaseRecord.Claimant by, ZonedDateTime now) {
        return LeaseRecord.held(before, by, "kitsune", "holder", LASTS, now);
    }

    @Test
    void theHolderIsFoundWithItsAddress() {
        Lease lease = held(null, ONE, NOON);

        assertThat(LeaseRecord.holder(lease)).isEqualTo(new Replica("kitsune-0", "10.0.0.1:18000"));
        assertThat(LeaseRecord.identity(lease)).isEqualTo("kitsune-0_a");
        assertThat(LeaseRecord.duration(lease, Duration.ZERO)).isEqualTo(LASTS);
        assertThat(LeaseRecord.renewed(lease)).isEqualTo(NOON.toInstant());
        assertThat(lease.getSpec().getLeaseTransitions()).isZero();
    }

    @Test
    void aRenewalKeepsTheTimeSinceWhichItIsHeld() {
        Lease renewed = held(held(null, ONE, NOON), ONE, NOON.plusSeconds(2));

        assertThat(renewed.getSpec().getAcquireTime()).isEqualTo(NOON);
        assertThat(renewed.getSpec().getRenewTime()).isEqualTo(NOON.plusSeconds(2));
        assertThat(renewed.getSpec().getLeaseTransitions()).isZero();
    }

    @Test
    void anotherHolderLeavesNothingOfTheFirstOne() {
        Lease taken = held(held(null, ONE, NOON), TWO, NOON.plusSeconds(20));

        assertThat(LeaseRecord.holder(taken)).isEqualTo(new Replica("kitsune-1", null));
        assertThat(taken.getSpec().getAcquireTime()).isEqualTo(NOON.plusSeconds(20));
        assertThat(taken.getSpec().getLeaseTransitions()).isEqualTo(1);
    }

    @Test
    void nobodyHoldsALeaseThatWasLeft() {
        Lease free = LeaseRecord.free(held(null, ONE, NOON), NOON.plusSeconds(3));

        assertThat(LeaseRecord.holder(free)).isNull();
        assertThat(LeaseRecord.renewed(free)).isEqualTo(NOON.plusSeconds(3).toInstant());
        assertThat(LeaseRecord.holder(null)).isNull();
    }
}
