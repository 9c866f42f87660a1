package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * Why proxies may call components.
 *
 * @param declaring the component versions that declare each component as a dependency
 * @param routing the virtual environments with a rule that leads from a gateway to each component
 */
public record Callers(
        PMap<ComponentName, PSet<ComponentVersion>> declaring,
        PMap<ComponentName, PSet<VirtualEnvironmentName>> routing) {
    public static final Callers NONE = new Callers(HashTreePMap.empty(), HashTreePMap.empty());

    /** Replaces a declaration. Components with other callers than before are added to {@code touched}. */
    public Callers declared(
            ComponentVersion version,
            @Nullable Declaration then,
            @Nullable Declaration now,
            Set<ComponentName> touched) {
        return new Callers(next(declaring, version, called(version, then), called(version, now), touched), routing);
    }

    /** The same for the rules of a virtual environment. */
    public Callers routed(
            VirtualEnvironmentName name,
            @Nullable ResolvedVirtualEnvironment then,
            @Nullable ResolvedVirtualEnvironment now,
            Set<ComponentName> touched) {
        return then != null && now != null && then.routes().equals(now.routes())
                ? this
                : new Callers(declaring, next(routing, name, targets(then), targets(now), touched));
    }

    private static <T> PMap<ComponentName, PSet<T>> next(
            PMap<ComponentName, PSet<T>> before,
            T source,
            Set<ComponentName> then,
            Set<ComponentName> now,
            Set<ComponentName> touched) {
        PMap<ComponentName, PSet<T>> next = before;
        for (ComponentName component : then) {
            PSet<T> sources = next.get(component);
            if (!now.contains(component) && sources != null) {
                PSet<T> others = sources.minus(source);
                next = others.isEmpty() ? next.minus(component) : next.plus(component, others);
                touched.add(component);
            }
        }
        for (ComponentName component : now) {
            if (!then.contains(component)) {
                next = next.plus(
                        component,
                        next.getOrDefault(component, HashTreePSet.empty()).plus(source));
                touched.add(component);
            }
        }
        return next;
    }

    /** Returns the components that a version declares. */
    public static Set<ComponentName> called(ComponentVersion version, @Nullable Declaration declaration) {
        Set<ComponentName> called = new HashSet<>();
        if (declaration != null) {
            declaration.dependencies().forEach((name, dependency) -> {
                if (dependency.type() == DependencyType.Component) {
                    called.add(ComponentName.called(name, version.name().app()));
                }
            });
        }
        return called;
    }

    private static Set<ComponentName> targets(@Nullable ResolvedVirtualEnvironment virtualEnvironment) {
        Set<ComponentName> targets = new HashSet<>();
        if (virtualEnvironment != null) {
            virtualEnvironment
                    .routes()
                    .forEach(route -> targets.add(route.target().name()));
        }
        return targets;
    }
}
