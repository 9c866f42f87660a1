package dev.kitsune.k8s.lease;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands in a Lease, and what its next holder writes. Pure. */
final class LeaseRecord {
    /** The annotation with the address of the holder. */
    static final String ADDRESS = "kitsune.dev/address";

    /** Stands between the name of a replica and what distinguishes its processes. No name of a pod contains it. */
    private static final char MARK = '_';

    private LeaseRecord() {}

    /** Returns the identity of a process. A process that follows another one in the same pod has another identity. */
    static String identity(Replica replica, String process) {
        return replica.name() + MARK + process;
    }

    /** Returns the identity of the process that holds it; null for none. */
    static @Nullable String identity(@Nullable Lease lease) {
        LeaseSpec spec = lease == null ? null : lease.getSpec();
        String holder = spec == null ? null : spec.getHolderIdentity();
        return holder == null || holder.isEmpty() ? null : holder;
    }

    /** Returns the replica that holds it; null for none. */
    static @Nullable Replica holder(@Nullable Lease lease) {
        String identity = identity(lease);
        if (lease == null || identity == null) {
            return null;
        }
        int mark = identity.lastIndexOf(MARK);
        Map<String, String> annotations = lease.getMetadata().getAnnotations();
        return new Replica(
                mark < 0 ? identity : identity.substring(0, mark),
                annotations == null ? null : annotations.get(ADDRESS));
    }

    /** Returns the time of its last renewal; null if there is none. */
    static @Nullable Instant renewed(@Nullable Lease lease) {
        LeaseSpec spec = lease == null ? null : lease.getSpec();
        return spec == null || spec.getRenewTime() == null
                ? null
                : spec.getRenewTime().toInstant();
    }

    /** Returns how long its holder may be silent. */
    static Duration duration(@Nullable Lease lease, Duration usual) {
        LeaseSpec spec = lease == null ? null : lease.getSpec();
        Integer seconds = spec == null ? null : spec.getLeaseDurationSeconds();
        return seconds == null ? usual : Duration.ofSeconds(seconds);
    }

    /** Returns the Lease as a process writes it that holds it from now on, or still holds it. */
    static Lease held(
            @Nullable Lease before, Claimant by, String namespace, String name, Duration duration, ZonedDateTime now) {
        boolean renewed = by.identity().equals(identity(before));
        LeaseSpec known = before == null ? null : before.getSpec();
        ZonedDateTime since = known == null ? null : known.getAcquireTime();
        int changes = known == null || known.getLeaseTransitions() == null ? 0 : known.getLeaseTransitions();
        return new LeaseBuilder()
                .withMetadata(
                        before == null
                                ? new ObjectMetaBuilder()
                                        .withNamespace(namespace)
                                        .withName(name)
                                        .build()
                                : before.getMetadata())
                .editMetadata()
                .removeFromAnnotations(ADDRESS)
                .addToAnnotations(by.address() == null ? Map.of() : Map.of(ADDRESS, by.address()))
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(by.identity())
                .withLeaseDurationSeconds((int) duration.toSeconds())
                .withAcquireTime(renewed && since != null ? since : now)
                .withRenewTime(now)
                .withLeaseTransitions(before == null || renewed ? changes : changes + 1)
                .endSpec()
                .build();
    }

    /** Returns the Lease as its holder leaves it to the others. */
    static Lease free(Lease held, ZonedDateTime now) {
        return new LeaseBuilder(held)
                .editMetadata()
                .removeFromAnnotations(ADDRESS)
                .endMetadata()
                .editSpec()
                .withHolderIdentity(null)
                .withRenewTime(now)
                .endSpec()
                .build();
    }

    /**
     * A process that holds it or wants to.
     *
     * @param address at which other replicas reach it; null if they cannot
     */
    record Claimant(String identity, @Nullable String address) {}
}
