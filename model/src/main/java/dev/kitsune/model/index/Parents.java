package dev.kitsune.model.index;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
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

/** The parent relations as written. No method is recursive, because chains may be long and may be cycles. */
public final class Parents {
    /** Finds the parent of a virtual environment. */
    @FunctionalInterface
    public interface ParentLookup {
        /** Returns null for none. */
        @Nullable
        VirtualEnvironmentName parentOf(VirtualEnvironmentName name);
    }

    /** The step that runs again for each stale virtual environment. */
    @FunctionalInterface
    public interface StaleStep {
        /** Returns the names of the virtual environments that its result makes stale. */
        Collection<VirtualEnvironmentName> take(VirtualEnvironmentName name);
    }

    private final Index index;
    /** Names that are in no cycle. */
    private final Set<VirtualEnvironmentName> noMembers = new HashSet<>();

    public Parents(Index index) {
        this.index = index;
    }

    @Nullable
    public VirtualEnvironmentName of(VirtualEnvironmentName name) {
        ObjectKey key = index.virtualEnvironments().get(name);
        Manifest<?> manifest = key == null ? null : index.manifest(key);
        return manifest != null && manifest.spec() instanceof VirtualEnvironment spec
                ? spec.base().parent()
                : null;
    }

    /**
     * Returns the cycle that contains a name, beginning with its first member by name. It is empty if there is none.
     */
    public List<VirtualEnvironmentName> cycle(VirtualEnvironmentName name) {
        if (noMembers.contains(name)) {
            return List.of();
        }
        List<VirtualEnvironmentName> path = new ArrayList<>();
        Set<VirtualEnvironmentName> seen = new HashSet<>();
        VirtualEnvironmentName at = name;
        while (at != null && !noMembers.contains(at) && seen.add(at)) {
            path.add(at);
            at = of(at);
        }
        if (!name.equals(at)) {
            // A later search along this path stops here. A cycle further up consists of other names.
            noMembers.add(name);
            return List.of();
        }
        Collections.rotate(path, -path.indexOf(Collections.min(path)));
        return path;
    }

    /**
     * Runs the step for all stale names, ancestors first, and for the names that a step makes stale, until nothing is
     * stale.
     *
     * @param parents the relation that defines ancestors
     */
    public static void first(Collection<VirtualEnvironmentName> stale, ParentLookup parents, StaleStep step) {
        Map<VirtualEnvironmentName, Integer> depths = new HashMap<>();
        NavigableMap<Integer, Set<VirtualEnvironmentName>> todo = new TreeMap<>();
        add(stale, parents, depths, todo);
        while (!todo.isEmpty()) {
            Map.Entry<Integer, Set<VirtualEnvironmentName>> nearest = todo.firstEntry();
            Iterator<VirtualEnvironmentName> any = nearest.getValue().iterator();
            VirtualEnvironmentName top = any.next();
            any.remove();
            if (nearest.getValue().isEmpty()) {
                todo.remove(nearest.getKey());
            }
            add(step.take(top), parents, depths, todo);
        }
    }

    private static void add(
            Collection<VirtualEnvironmentName> names,
            ParentLookup parents,
            Map<VirtualEnvironmentName, Integer> depths,
            Map<Integer, Set<VirtualEnvironmentName>> todo) {
        for (VirtualEnvironmentName name : names) {
            todo.computeIfAbsent(depth(name, parents, depths), d -> new LinkedHashSet<>())
                    .add(name);
        }
    }

    /** Returns the number of ancestors of a name. The members of a cycle have no order among themselves. */
    private static int depth(
            VirtualEnvironmentName name, ParentLookup parents, Map<VirtualEnvironmentName, Integer> depths) {
        Deque<VirtualEnvironmentName> path = new ArrayDeque<>();
        Set<VirtualEnvironmentName> seen = new HashSet<>();
        VirtualEnvironmentName at = name;
        while (at != null && !depths.containsKey(at) && seen.add(at)) {
            path.push(at);
            at = parents.parentOf(at);
        }
        int depth = at == null ? 0 : depths.getOrDefault(at, 0) + 1;
        for (VirtualEnvironmentName member : path) {
            depths.put(member, depth++);
        }
        return depths.getOrDefault(name, 0);
    }
}
