package dev.kitsune.k8s.status;

import dev.kitsune.model.manifest.ObjectKey;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The objects whose status may have to be written, each once, the most urgent first. Not thread-safe. */
final class StatusQueue {
    /** The most urgent first. */
    enum Urgency {
        /** Somebody has changed the object, and waits for the answer. */
        SPEC,
        STATE,
        /** Only counts and times differ, or proxies are on their way from one replica to another. */
        DETAILS
    }

    /**
     * How long details wait, so that those that only change back are not written. Every proxy connects to another replica
     * now and then, and it has again what it had within this time.
     */
    private static final long SETTLE = TimeUnit.SECONDS.toNanos(2);

    record Turn(ObjectKey key, Urgency urgency) {}

    private final Map<Urgency, Set<ObjectKey>> waiting = new EnumMap<>(Urgency.class);

    /** Since when the details of objects differ, also of those that are looked at once more in between. */
    private final Map<ObjectKey, Long> differing = new HashMap<>();

    StatusQueue() {
        for (Urgency urgency : Urgency.values()) {
            waiting.put(urgency, new LinkedHashSet<>());
        }
    }

    /** One that waits already keeps its place, unless it has become more urgent. */
    void add(ObjectKey key, Urgency urgency) {
        waiting.forEach((other, keys) -> {
            if (other.compareTo(urgency) > 0) {
                keys.remove(key);
            }
        });
        if (waiting.entrySet().stream()
                .noneMatch(of ->
                        of.getKey().compareTo(urgency) < 0 && of.getValue().contains(key))) {
            waiting.computeIfAbsent(urgency, u -> new LinkedHashSet<>()).add(key);
        }
    }

    /** Only the details of an object differ at this time of {@link System#nanoTime}. */
    void addDetails(ObjectKey key, long now) {
        differing.putIfAbsent(key, now);
        add(key, Urgency.DETAILS);
    }

    /** Nothing of an object differs any more. */
    void settled(ObjectKey key) {
        differing.remove(key);
    }

    /** Returns null if none waits that may be written at this time. */
    @Nullable
    Turn take(long now) {
        for (Map.Entry<Urgency, Set<ObjectKey>> of : waiting.entrySet()) {
            Iterator<ObjectKey> keys = of.getValue().iterator();
            if (keys.hasNext()) {
                ObjectKey first = keys.next();
                if (of.getKey() == Urgency.DETAILS && now - differing.getOrDefault(first, now - SETTLE) < SETTLE) {
                    return null;
                }
                keys.remove();
                return new Turn(first, of.getKey());
            }
        }
        return null;
    }

    boolean isEmpty() {
        return waiting.values().stream().allMatch(Set::isEmpty);
    }

    /** Whether more than details wait. */
    boolean hasChanges() {
        return waiting.entrySet().stream()
                .anyMatch(of -> of.getKey() != Urgency.DETAILS && !of.getValue().isEmpty());
    }

    void clear() {
        waiting.values().forEach(Set::clear);
        differing.clear();
    }
}
