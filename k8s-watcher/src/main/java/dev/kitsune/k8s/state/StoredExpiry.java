package dev.kitsune.k8s.state;

import dev.kitsune.model.expiry.Seen;
import dev.kitsune.model.snapshot.Expired;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the status of a virtual environment says of its times.
 *
 * @param idleSince the time since which it is idle, without the time in which no replica ran; null without a limit of idle
 *     time
 * @param lastUsed null if nothing is known of a use
 * @param expired null if it has not expired
 */
record StoredExpiry(
        Instant created,
        @Nullable Instant idleSince,
        @Nullable Instant lastUsed,
        @Nullable Expired expired) {
    /** A difference that is not worth a write. */
    private static final Duration ABOUT = Duration.ofMinutes(1);

    static StoredExpiry of(GenericKubernetesResource resource) {
        return new StoredExpiry(
                Instant.parse(resource.getMetadata().getCreationTimestamp()),
                time(resource.get("status", "expiry", "idleSince")),
                time(resource.get("status", "lastUsed")),
                expired(resource));
    }

    private static @Nullable Instant time(@Nullable Object text) {
        try {
            return text == null ? null : Instant.parse(text.toString());
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Expired expired(GenericKubernetesResource resource) {
        Object limit = resource.get("status", "expiry", "expired", "limit");
        Object after = resource.get("status", "expiry", "expired", "after");
        for (Expired.Limit known : Expired.Limit.values()) {
            if (known.name().equals(limit) && after != null) {
                return new Expired(known, after.toString());
            }
        }
        return null;
    }

    /** Returns its times. A use counts as the beginning of idle time. */
    Seen seen() {
        Instant idle = idleSince;
        return new Seen(
                created, idle != null && lastUsed != null && lastUsed.isAfter(idle) ? lastUsed : idle, lastUsed);
    }

    /** Whether another process would count it as idle since about the same time. */
    boolean isAboutIdleSince(@Nullable Instant since) {
        Instant idle = seen().idleSince();
        return (idle == null || since == null)
                ? Objects.equals(idle, since)
                : Duration.between(idle, since).abs().compareTo(ABOUT) <= 0;
    }

    /** Returns the form in the status; null for nothing. */
    static @Nullable Map<String, Object> form(@Nullable Instant idleSince, @Nullable Expired expired) {
        Map<String, Object> form = new LinkedHashMap<>();
        if (idleSince != null) {
            form.put("idleSince", idleSince.toString());
        }
        if (expired != null) {
            form.put("expired", Map.of("limit", expired.limit().name(), "after", expired.after()));
        }
        return form.isEmpty() ? null : form;
    }
}
