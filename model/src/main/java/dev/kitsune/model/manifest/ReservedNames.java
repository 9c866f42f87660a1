package dev.kitsune.model.manifest;

import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of virtual environments that only one namespace may take.
 *
 * @param namespaces that namespace of each name
 */
public record ReservedNames(Map<VirtualEnvironmentName, String> namespaces) {
    public static final ReservedNames NONE = new ReservedNames(Map.of());

    public ReservedNames {
        namespaces = Map.copyOf(namespaces);
    }

    /** Returns the namespace for which a name is reserved; null if every namespace may take it. */
    public @Nullable String holder(VirtualEnvironmentName name) {
        return namespaces.get(name);
    }

    /** Whether a virtual environment may have its name. */
    public boolean allows(ObjectKey virtualEnvironment) {
        String only = holder(virtualEnvironment.virtualEnvironmentName());
        return only == null || only.equals(virtualEnvironment.namespace());
    }

    /** Returns the names for which others hold. */
    public Set<VirtualEnvironmentName> differing(ReservedNames others) {
        if (equals(others)) {
            return Set.of();
        }
        Set<VirtualEnvironmentName> names = new HashSet<>(namespaces.keySet());
        names.addAll(others.namespaces.keySet());
        names.removeIf(name -> Objects.equals(holder(name), others.holder(name)));
        return names;
    }
}
