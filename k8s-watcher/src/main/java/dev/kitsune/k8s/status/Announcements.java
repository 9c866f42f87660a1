package dev.kitsune.k8s.status;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes Events of transitions. Those of many objects within a second are one Event, at the environment that all of them
 * use, or else at the platform. Times are those of {@link System#nanoTime}. Not thread-safe.
 */
final class Announcements {
    private static final int MANY = 20;
    private static final int NAMED = 3;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Finds the uid of an object. */
    @FunctionalInterface
    interface UidSource {
        /** Returns null if there is no such object. */
        @Nullable
        String of(ObjectKey key);
    }

    private static final ObjectKey PLATFORM = new ObjectKey(Kind.Platform, "", "kitsune");

    /** Somebody must hear of a change that does not end. */
    private static final long LONGEST = TimeUnit.MINUTES.toNanos(2);

    private final List<StatusTransition> waiting = new ArrayList<>();
    private final Set<ObjectKey> objects = new TreeSet<>();
    private long first;
    private long last;

    void add(List<StatusTransition> transitions, long now) {
        if (transitions.isEmpty()) {
            return;
        }
        if (waiting.isEmpty()) {
            first = now;
        }
        last = now;
        waiting.addAll(transitions);
        transitions.forEach(of -> objects.add(of.object().key()));
    }

    /** More changes may follow, however long the API server takes for each. */
    void goOn(long now) {
        last = now;
    }

    /** Returns the nanoseconds until Events are due; the greatest number if none wait. */
    long pause(long now) {
        if (waiting.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long due = (isMany() ? last : first) + SECOND - now;
        return Math.max(0, Math.min(due, first + LONGEST - now));
    }

    /** Returns the Events that are due. A change of many objects is over when nothing has changed for a second. */
    List<StatusEvent> take(long now, UidSource uids) {
        if (pause(now) > 0) {
            return List.of();
        }
        List<StatusEvent> events = isMany()
                ? List.of(one(uids))
                : waiting.stream().map(Announcements::event).toList();
        clear();
        return events;
    }

    void clear() {
        waiting.clear();
        objects.clear();
    }

    private boolean isMany() {
        return objects.size() > MANY;
    }

    private static StatusEvent event(StatusTransition of) {
        boolean isReady = of.now().type() == ConditionType.Ready;
        return new StatusEvent(
                of.object().key(),
                of.object().uid(),
                of.isGood(),
                isReady && !of.isGood() ? "NotReady" : of.now().reason().name(),
                of.now().message());
    }

    private StatusEvent one(UidSource uids) {
        Set<String> environments = waiting.stream()
                .map(of -> Objects.requireNonNullElse(of.environment(), ""))
                .collect(Collectors.toSet());
        String environment = environments.size() == 1 ? environments.iterator().next() : "";
        ObjectKey at = environment.isEmpty() ? PLATFORM : new ObjectKey(Kind.Environment, "", environment);
        boolean alike = objects.stream().allMatch(key -> key.kind() == Kind.VirtualEnvironment);
        String changes = Stream.of(
                        count(ConditionType.Accepted, true, "accepted"),
                        count(ConditionType.Accepted, false, "not accepted"),
                        count(ConditionType.Programmed, false, "refused by proxies"),
                        count(ConditionType.Ready, true, "ready"),
                        count(ConditionType.Ready, false, "not ready"),
                        count(ConditionType.Released, true, "released"),
                        count(ConditionType.Released, false, "not released"))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
        String named = objects.stream()
                .limit(NAMED)
                .map(key -> alike ? key.namespace() + "/" + key.name() : key.toString())
                .collect(Collectors.joining(", "));
        return new StatusEvent(
                at,
                uids.of(at),
                waiting.stream().allMatch(StatusTransition::isGood),
                "ManyChanged",
                objects.size() + (alike ? " virtual environments" : " objects") + " changed: " + changes + "; such as "
                        + named + ": `kubectl get " + (alike ? "virtualenvironments" : "kitsune") + " -A` shows all");
    }

    private String count(ConditionType type, boolean good, String word) {
        long count = waiting.stream()
                .filter(of -> of.now().type() == type && of.isGood() == good)
                .count();
        return count == 0 ? "" : count + " are " + word;
    }
}
