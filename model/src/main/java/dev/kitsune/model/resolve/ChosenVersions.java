package dev.kitsune.model.resolve;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;
import org.pcollections.TreePSet;

/** Which virtual environments choose a component version themselves, and do not only inherit it. */
final class ChosenVersions {
    private ChosenVersions() {}

    /** Versions that are chosen at other places than before are added to {@code touched}. */
    static PMap<ComponentVersion, TreePSet<VirtualEnvironmentName>> next(
            PMap<ComponentVersion, TreePSet<VirtualEnvironmentName>> before,
            @Nullable ResolvedVirtualEnvironment then,
            @Nullable ResolvedVirtualEnvironment now,
            Set<ComponentVersion> touched) {
        Set<ComponentVersion> old = of(then);
        Set<ComponentVersion> all = of(now);
        PMap<ComponentVersion, TreePSet<VirtualEnvironmentName>> next = before;
        for (ComponentVersion version : old) {
            TreePSet<VirtualEnvironmentName> at = next.get(version);
            if (then != null && at != null && !all.contains(version)) {
                TreePSet<VirtualEnvironmentName> others = at.minus(then.name());
                next = others.isEmpty() ? next.minus(version) : next.plus(version, others);
                touched.add(version);
            }
        }
        for (ComponentVersion version : all) {
            if (now != null && !old.contains(version)) {
                next = next.plus(
                        version, next.getOrDefault(version, TreePSet.empty()).plus(now.name()));
                touched.add(version);
            }
        }
        return next;
    }

    private static Set<ComponentVersion> of(@Nullable ResolvedVirtualEnvironment virtualEnvironment) {
        Set<ComponentVersion> versions = new HashSet<>();
        if (virtualEnvironment != null) {
            virtualEnvironment.components().forEach((name, component) -> {
                if (component.origin().object().equals(virtualEnvironment.key())
                        || virtualEnvironment.ownApps().contains(name.app())) {
                    versions.add(component.version());
                }
            });
        }
        return versions;
    }
}
