package dev.kitsune.model.release;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Environment.ReleasePolicy.ReleaseType;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.ReleaseManifest;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/** Resolves with waiting releases as if they were active. */
final class Trying {
    private final DecisionInput input;
    private final DecisionDraft draft;

    /** Whether the environment is Testing now: then a rollback to a frozen release serves live data. */
    private final Set<VirtualEnvironmentName> thawed = new HashSet<>();

    Trying(DecisionInput input, DecisionDraft draft) {
        this.input = input;
        this.draft = draft;
    }

    /** The active and tried releases, with their resolution. */
    record Attempt(Catalog catalog, Resolution resolution) {
        Attempt since(Attempt unpublished) {
            return new Attempt(catalog, resolution.since(unpublished.resolution()));
        }
    }

    /**
     * Resolves on top of the previous decision. {@code trying}: the virtual environments whose waiting release is tried
     */
    Attempt first(Set<ObjectKey> keys, Set<VirtualEnvironmentName> trying) {
        return attempt(input.before().catalog(), input.resolved(), input.change(), keys, trying);
    }

    /** Resolves on top of an attempt. */
    Attempt next(Attempt earlier, Set<VirtualEnvironmentName> virtualEnvironments, Set<VirtualEnvironmentName> trying) {
        CatalogChange nothing = new CatalogChange(
                input.change().catalog(), Set.of(), Set.of(), input.change().problems());
        return attempt(earlier.catalog(), earlier.resolution(), nothing, input.owners(virtualEnvironments), trying);
    }

    private Attempt attempt(
            Catalog base,
            @Nullable Resolution earlier,
            CatalogChange change,
            Set<ObjectKey> keys,
            Set<VirtualEnvironmentName> trying) {
        Catalog next = catalog(base, keys, trying);
        CatalogChange step = change.with(next, keys, change.problems());
        Resolution tried = earlier == null ? Resolver.resolve(step) : Resolver.resolve(earlier, step);
        return thaws(tried, trying) ? attempt(base, earlier, change, keys, trying) : new Attempt(next, tried);
    }

    /** The environment of a virtual environment is known only when it is resolved. */
    private boolean thaws(Resolution tried, Set<VirtualEnvironmentName> trying) {
        return thawed.addAll(trying.stream()
                .filter(name -> tried.policy(name).type() == ReleaseType.Testing)
                .filter(name -> Objects.requireNonNull(draft.status(name).pending(), name.value())
                                .frozen()
                        != null)
                .toList());
    }

    /** Returns the frozen content of a release; null if it serves live data. */
    @Nullable
    ReleaseManifest frozen(VirtualEnvironmentName name, ReleaseEntry entry) {
        return entry.phase() == ReleaseEntry.Phase.Pending && thawed.contains(name) ? null : entry.frozen();
    }

    /** @param trying the virtual environments whose waiting release is tried */
    private Catalog catalog(Catalog base, Set<ObjectKey> keys, Set<VirtualEnvironmentName> trying) {
        PMap<ObjectKey, Manifest<?>> manifests = base.manifests();
        PMap<ObjectKey, ReleaseManifest> frozen = base.frozen();
        PMap<ObjectKey, Instant> since = base.since();
        for (ObjectKey key : keys) {
            Manifest<?> manifest = input.change().catalog().manifests().get(key);
            frozen = frozen.minus(key);
            since = since.minus(key);
            if (manifest == null) {
                manifests = manifests.minus(key);
            } else if (manifest.spec() instanceof VirtualEnvironment spec
                    && key.equals(input.names().owner(key.virtualEnvironmentName()))) {
                ReleaseStatus status = draft.status(key.virtualEnvironmentName());
                ReleaseEntry entry = trying.contains(key.virtualEnvironmentName()) ? status.pending() : status.active();
                Release wanted = entry == null ? null : entry.wanted();
                boolean same = Objects.equals(spec.release(), wanted);
                manifests = manifests.plus(key, same ? manifest : manifest.with(spec.withRelease(wanted)));
                ReleaseManifest serves = entry == null ? null : frozen(key.virtualEnvironmentName(), entry);
                if (serves != null) {
                    frozen = frozen.plus(key, serves);
                }
                if (entry != null && entry.times().activated() != null) {
                    since = since.plus(key, entry.times().activated());
                }
            } else {
                manifests = manifests.plus(key, manifest);
            }
        }
        return input.change().catalog().withManifests(manifests).withActive(new Catalog.Active(frozen, since));
    }
}
