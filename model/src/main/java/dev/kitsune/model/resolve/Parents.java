package dev.kitsune.model.resolve;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who is whose parent, as written: never recursive, because chains may be long and may be cycles. */
final class Parents {
    private final Index index;

    Parents(Index index) {
        this.index = index;
    }

    @Nullable
    String of(String name) {
        ObjectKey key = index.virtualEnvironments().get(name);
        Manifest<?> manifest = key == null ? null : index.manifest(key);
        return manifest != null && manifest.spec() instanceof VirtualEnvironment spec ? spec.parent() : null;
    }

    /** The cycle that a name is a member of, from its first member by name; empty for none. */
    List<String> cycle(String name) {
        List<String> path = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        String at = name;
        while (at != null && seen.add(at)) {
            path.add(at);
            at = of(at);
        }
        if (!name.equals(at)) {
            return List.of();
        }
        Collections.rotate(path, -path.indexOf(Collections.min(path)));
        return path;
    }

    /**
     * Runs the step for all that is stale, ancestors first, and for what a step makes stale, until nothing is stale.
     *
     * @param parentOf the name of a name's parent, or null
     * @param step gives the names that its result makes stale
     */
    static void first(
            Collection<String> stale,
            Function<String, @Nullable String> parentOf,
            Function<String, Collection<String>> step) {
        Set<String> todo = new LinkedHashSet<>(stale);
        while (!todo.isEmpty()) {
            Iterator<String> any = todo.iterator();
            String top = any.next();
            Set<String> seen = new HashSet<>();
            for (String at = top; at != null && seen.add(at); at = parentOf.apply(at)) {
                if (todo.contains(at)) {
                    top = at;
                }
            }
            todo.remove(top);
            todo.addAll(step.apply(top));
        }
    }
}
