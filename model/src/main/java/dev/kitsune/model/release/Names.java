package dev.kitsune.model.release;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * The owner of each name among all virtual environments that claim it.
 *
 * @param owners the owner of each name
 * @param claimants all claimants of each name
 */
public record Names(
        PMap<VirtualEnvironmentName, ObjectKey> owners, PMap<VirtualEnvironmentName, PSet<ObjectKey>> claimants) {
    static final Names NONE = new Names(HashTreePMap.empty(), HashTreePMap.empty());

    @Nullable
    ObjectKey owner(VirtualEnvironmentName name) {
        return owners.get(name);
    }

    Set<ObjectKey> claimants(VirtualEnvironmentName name) {
        return claimants.getOrDefault(name, HashTreePSet.empty());
    }

    /** Returns the names after a change of these objects. */
    Names next(Collection<ObjectKey> changed, Catalog catalog) {
        Names next = this;
        for (ObjectKey key : changed) {
            if (key.kind() == Kind.VirtualEnvironment) {
                next = next.with(key, catalog);
            }
        }
        return next;
    }

    private Names with(ObjectKey key, Catalog catalog) {
        PSet<ObjectKey> before = claimants.getOrDefault(key.virtualEnvironmentName(), HashTreePSet.empty());
        PSet<ObjectKey> all = catalog.manifests().containsKey(key) ? before.plus(key) : before.minus(key);
        ObjectKey first = all.stream()
                .filter(catalog.manifests()::containsKey)
                .min(Precedence.in(catalog))
                .orElse(null);
        return new Names(
                first == null
                        ? owners.minus(key.virtualEnvironmentName())
                        : owners.plus(key.virtualEnvironmentName(), first),
                all.isEmpty()
                        ? claimants.minus(key.virtualEnvironmentName())
                        : claimants.plus(key.virtualEnvironmentName(), all));
    }
}
