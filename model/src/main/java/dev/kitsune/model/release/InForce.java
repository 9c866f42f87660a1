package dev.kitsune.model.release;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The served state: the decided state, except for virtual environments whose newest status is not saved. */
public final class InForce {
    private InForce() {}

    /** {@code unkept}: the saved statuses of these virtual environments; no others are affected */
    public static Resolution resolve(Decision decision, Map<VirtualEnvironmentName, Optional<ReleaseStatus>> unkept) {
        Releases decided = decision.releases();
        Catalog catalog = decided.catalog();
        Set<ObjectKey> keys = new HashSet<>();
        for (Map.Entry<VirtualEnvironmentName, Optional<ReleaseStatus>> of : unkept.entrySet()) {
            ObjectKey key = decided.names().owner(of.getKey());
            Manifest<?> manifest =
                    key == null ? null : decided.files().manifests().get(key);
            if (key != null && manifest != null) {
                ReleaseStatus status = of.getValue().orElse(ReleaseStatus.NONE);
                catalog = with(catalog, key, manifest, status.active());
                keys.add(key);
            }
        }
        return keys.isEmpty()
                ? decision.resolution()
                : Resolver.resolve(
                        decision.resolution(),
                        new CatalogChange(
                                catalog, keys, Set.of(), decision.resolution().otherProblems()));
    }

    /** Returns a catalog in which a virtual environment serves a release, or none. */
    static Catalog with(Catalog catalog, ObjectKey key, Manifest<?> manifest, @Nullable ReleaseEntry entry) {
        Catalog.Active active = new Catalog.Active(
                entry == null || entry.frozen() == null
                        ? catalog.frozen().minus(key)
                        : catalog.frozen().plus(key, entry.frozen()),
                entry == null || entry.times().activated() == null
                        ? catalog.since().minus(key)
                        : catalog.since().plus(key, entry.times().activated()));
        return catalog.withManifests(catalog.manifests().plus(key, releasing(manifest, entry)))
                .withActive(active);
    }

    private static Manifest<?> releasing(Manifest<?> manifest, @Nullable ReleaseEntry entry) {
        return manifest.spec() instanceof VirtualEnvironment spec
                ? manifest.with(spec.withRelease(entry == null ? null : entry.wanted()))
                : manifest;
    }
}
