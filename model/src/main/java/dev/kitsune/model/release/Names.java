package dev.kitsune.model.release;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.ReservedNames;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.Collection;
import java.util.List;
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
 * @param reserved the names that only one namespace may take
 */
public record Names(
        PMap<VirtualEnvironmentName, ObjectKey> owners,
        PMap<VirtualEnvironmentName, PSet<ObjectKey>> claimants,
        ReservedNames reserved) {
    static final Names NONE = new Names(HashTreePMap.empty(), HashTreePMap.empty(), ReservedNames.NONE);

    @Nullable
    ObjectKey owner(VirtualEnvironmentName name) {
        return owners.get(name);
    }

    Set<ObjectKey> claimants(VirtualEnvironmentName name) {
        return claimants.getOrDefault(name, HashTreePSet.empty());
    }

    /** Returns the names whose owner is decided by other rules than before. */
    Set<VirtualEnvironmentName> reservedUnlike(Names before) {
        return reserved.differing(before.reserved);
    }

    /** Returns the names after a change of these objects. */
    Names next(Collection<ObjectKey> changed, Catalog catalog) {
        boolean platform = changed.stream().anyMatch(key -> key.kind() == Kind.Platform);
        Names next = new Names(owners, claimants, platform ? reserved(catalog) : reserved);
        for (ObjectKey key : changed) {
            if (key.kind() == Kind.VirtualEnvironment) {
                next = next.with(key, catalog);
            }
        }
        for (VirtualEnvironmentName name : next.reservedUnlike(this)) {
            next = next.with(name, next.claimants.getOrDefault(name, HashTreePSet.empty()), catalog);
        }
        return next;
    }

    private static ReservedNames reserved(Catalog catalog) {
        return catalog.manifests().keySet().stream()
                .filter(key -> key.kind() == Kind.Platform)
                .min(Precedence.in(catalog))
                .map(catalog.manifests()::get)
                .map(Manifest::spec)
                .map(spec -> spec instanceof Platform platform ? platform.reservedNames() : null)
                .orElse(ReservedNames.NONE);
    }

    private Names with(ObjectKey key, Catalog catalog) {
        PSet<ObjectKey> before = claimants.getOrDefault(key.virtualEnvironmentName(), HashTreePSet.empty());
        PSet<ObjectKey> all = catalog.manifests().containsKey(key) ? before.plus(key) : before.minus(key);
        return with(key.virtualEnvironmentName(), all, catalog);
    }

    private Names with(VirtualEnvironmentName name, PSet<ObjectKey> all, Catalog catalog) {
        List<ObjectKey> present =
                all.stream().filter(catalog.manifests()::containsKey).toList();
        ObjectKey owner = Precedence.owner(present, reserved, catalog);
        return new Names(
                owner == null ? owners.minus(name) : owners.plus(name, owner),
                all.isEmpty() ? claimants.minus(name) : claimants.plus(name, all),
                reserved);
    }
}
