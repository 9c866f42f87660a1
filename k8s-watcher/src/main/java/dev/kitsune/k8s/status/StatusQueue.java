package dev.kitsune.k8s.status;

import dev.kitsune.model.manifest.ObjectKey;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The objects whose status may have to be written, each once, the most urgent first. Not thread-safe. */
final class StatusQueue {
    /** The most urgent first. */
    enum Urgency {
        /** Somebody has changed the object, and waits for the answer. */
        SPEC,
        STATE,
        /** Only counts and times differ. */
        DETAILS
    }

    record Turn(ObjectKey key, Urgency urgency) {}

    private final Map<Urgency, Set<ObjectKey>> waiting = new EnumMap<>(Urgency.class);

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

    /** Returns null if none waits. */
    @Nullable
    Turn take() {
        for (Map.Entry<Urgency, Set<ObjectKey>> of : waiting.entrySet()) {
            Iterator<ObjectKey> keys = of.getValue().iterator();
            if (keys.hasNext()) {
                ObjectKey first = keys.next();
                keys.remove();
                return new Turn(first, of.getKey());
            }
        }
        return null;
    }

    boolean isEmpty() {
        return waiting.values().stream().allMatch(Set::isEmpty);
    }

    void clear() {
        waiting.values().forEach(Set::clear);
    }
}
