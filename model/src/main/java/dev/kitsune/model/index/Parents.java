package dev.kitsune.model.index;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who is whose parent, as written: never recursive, because chains may be long and may be cycles. */
public final class Parents {
    /** Which virtual environment is the parent of which. */
    @FunctionalInterface
    public interface ParentLookup {
        /** Null for none. */
        @Nullable
        String parentOf(String name);
    }

    /** What is done again for each virtual environment that is stale. */
    @FunctionalInterface
    public interface StaleStep {
        /** Gives the names of those that its result makes stale. */
        Collection<String> take(String name);
    }

    private final Index index;
    /** Names that are known to be in no cycle. */
    private final Set<String> noMembers = new HashSet<>();

    public Parents(Index index) {
        this.index = index;
    }

    @Nullable
    public String of(String name) {
        ObjectKey key = index.virtualEnvironments().get(name);
        Manifest<?> manifest = key == null ? null : index.manifest(key);
        return manifest != null && manifest.spec() instanceof VirtualEnvironment spec
                ? spec.base().parent()
                : null;
    }

    /** The cycle that a name is a member of, from its first member by name; empty for none. */
    public List<String> cycle(String name) {
        if (noMembers.contains(name)) {
            return List.of();
        }
        List<String> path = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        String at = name;
        while (at != null && !noMembers.contains(at) && seen.add(at)) {
            path.add(at);
            at = of(at);
        }
        if (!name.equals(at)) {
            // Whoever comes down this way later stops where this one began; the cycle further up has others.
            noMembers.add(name);
            return List.of();
        }
        Collections.rotate(path, -path.indexOf(Collections.min(path)));
        return path;
    }

    /**
     * Runs the step for all that is stale, ancestors first, and for what a step makes stale, until nothing is stale.
     *
     * @param parents by which ancestors come first
     */
    public static void first(Collection<String> stale, ParentLookup parents, StaleStep step) {
        Map<String, Integer> depths = new HashMap<>();
        NavigableMap<Integer, Set<String>> todo = new TreeMap<>();
        add(stale, parents, depths, todo);
        while (!todo.isEmpty()) {
            Map.Entry<Integer, Set<String>> nearest = todo.firstEntry();
            Iterator<String> any = nearest.getValue().iterator();
            String top = any.next();
            any.remove();
            if (nearest.getValue().isEmpty()) {
                todo.remove(nearest.getKey());
            }
            add(step.take(top), parents, depths, todo);
        }
    }

    private static void add(
            Collection<String> names,
            ParentLookup parents,
            Map<String, Integer> depths,
            Map<Integer, Set<String>> todo) {
        for (String name : names) {
            todo.computeIfAbsent(depth(name, parents, depths), d -> new LinkedHashSet<>())
                    .add(name);
        }
    }

    /** How many ancestors a name has. The members of a cycle have no order among themselves. */
    private static int depth(String name, ParentLookup parents, Map<String, Integer> depths) {
        Deque<String> path = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        String at = name;
        while (at != null && !depths.containsKey(at) && seen.add(at)) {
            path.push(at);
            at = parents.parentOf(at);
        }
        int depth = at == null ? 0 : depths.getOrDefault(at, 0) + 1;
        for (String member : path) {
            depths.put(member, depth++);
        }
        return depths.getOrDefault(name, 0);
    }
}
