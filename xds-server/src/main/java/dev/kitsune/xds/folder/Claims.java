package dev.kitsune.xds.folder;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Decides which of several objects with one kind, namespace and name counts: the one in the file where the object was
 * first seen, or else the first by path and line. An object that has disappeared is removed after a grace period, and
 * no object is removed while the folder is empty.
 */
final class Claims {
    private final long graceNanos;
    private final Known known;
    private final Map<String, List<Manifest<?>>> candidates = new HashMap<>();
    private final Map<String, Manifest<?>> served = new HashMap<>();
    private final Map<String, Long> deadlines = new HashMap<>();
    private final Map<String, List<Problem>> conflicts = new HashMap<>();
    private final Set<String> touched = new HashSet<>();
    private PMap<ObjectKey, Manifest<?>> catalog = HashTreePMap.empty();
    private boolean held;

    /** {@code known}: knows the file in which an object was first seen */
    Claims(long graceNanos, Known known) {
        this.graceNanos = graceNanos;
        this.known = known;
    }

    PMap<ObjectKey, Manifest<?>> catalog() {
        return catalog;
    }

    /** Whether objects are served that have disappeared from the folder. */
    boolean held() {
        return held;
    }

    Stream<Problem> conflicts() {
        return conflicts.values().stream().flatMap(List::stream);
    }

    /** Returns when to settle again if nothing else happens; by {@link System#nanoTime}. */
    Stream<Long> deadlines() {
        return held ? Stream.empty() : deadlines.values().stream();
    }

    /** Replaces the objects of one file. */
    void replace(List<Manifest<?>> before, List<Manifest<?>> now) {
        for (Manifest<?> manifest : before) {
            String claim = claim(manifest.key());
            touched.add(claim);
            candidates.computeIfPresent(
                    claim, (c, all) -> without(all, manifest.position().file()));
        }
        for (Manifest<?> manifest : now) {
            String claim = claim(manifest.key());
            touched.add(claim);
            candidates.computeIfAbsent(claim, c -> new ArrayList<>(1)).add(manifest);
        }
    }

    /**
     * Decides about every changed claim, and about those whose grace period has ended.
     *
     * @param vanished whether the folder is missing, so that its content is unknown
     * @return the keys whose object has changed
     */
    Set<ObjectKey> settle(long now, boolean vanished) {
        Set<ObjectKey> changed = new HashSet<>();
        touched.addAll(conflicts.keySet()); // The file in which an object was first seen may have become known.
        for (String claim : touched) {
            List<Manifest<?>> all = candidates.get(claim);
            if (all == null) {
                conflicts.remove(claim);
                if (served.containsKey(claim)) {
                    deadlines.putIfAbsent(claim, now + graceNanos);
                }
            } else {
                deadlines.remove(claim);
                decide(claim, all, changed);
            }
        }
        touched.clear();
        boolean hold = !served.isEmpty() && (vanished || candidates.isEmpty());
        if (held && !hold) {
            deadlines.replaceAll((claim, deadline) -> now + graceNanos);
        }
        held = hold;
        if (!held) {
            end(now, changed);
        }
        return changed;
    }

    private void decide(String claim, List<Manifest<?>> all, Set<ObjectKey> changed) {
        Manifest<?> before = served.get(claim);
        Manifest<?> winner = all.stream().min(precedence(all.get(0).key())).orElseThrow();
        if (all.size() == 1) {
            conflicts.remove(claim);
        } else {
            conflicts.put(
                    claim,
                    all.stream()
                            .filter(m -> !m.position().equals(winner.position()))
                            .map(m -> conflict(m, winner))
                            .toList());
        }
        if (winner.equals(before)) {
            return;
        }
        served.put(claim, winner);
        catalog = catalog.plus(winner.key(), winner);
        changed.add(winner.key());
    }

    private void end(long now, Set<ObjectKey> changed) {
        deadlines.entrySet().removeIf(entry -> {
            if (entry.getValue() - now > 0) {
                return false;
            }
            Manifest<?> gone = served.remove(entry.getKey());
            if (gone != null) {
                catalog = catalog.minus(gone.key());
                changed.add(gone.key());
            }
            return true;
        });
    }

    private Comparator<Manifest<?>> precedence(ObjectKey key) {
        String file = known.fileOf(key);
        return Comparator.<Manifest<?>, Boolean>comparing(
                        m -> !m.position().file().equals(file))
                .thenComparing(Manifest::position);
    }

    private static Problem conflict(Manifest<?> later, Manifest<?> first) {
        String what =
                switch (later.key().kind()) {
                    case Platform -> "a mesh has one Platform";
                    case VirtualEnvironment ->
                        "the name " + later.key().name() + " of a virtual environment is unique in the whole mesh";
                    default -> later.key() + " exists already";
                };
        return new Problem(
                ProblemCode.DuplicateName,
                later.position(),
                later.key(),
                what + "; the first, " + first.key() + ", is in " + first.position()
                        + " and is served: rename this one, or remove it");
    }

    private static String claim(ObjectKey key) {
        return key.toString();
    }

    private static @Nullable List<Manifest<?>> without(List<Manifest<?>> all, String file) {
        all.removeIf(m -> m.position().file().equals(file));
        return all.isEmpty() ? null : all;
    }
}
