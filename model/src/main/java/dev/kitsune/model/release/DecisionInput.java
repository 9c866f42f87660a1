package dev.kitsune.model.release;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.Holding.HeldObjects;
import dev.kitsune.model.resolve.Resolution;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/**
 * The input of a decision.
 *
 * @param resolved the previous resolution; null at first, when everything in the catalog is new
 * @param change the change that was read, including held objects
 * @param held the deleted objects that are still needed, each with the problem that names the reader
 * @param names the owner of each name now
 */
record DecisionInput(
        Releases before,
        @Nullable Resolution resolved,
        CatalogChange change,
        PMap<ObjectKey, Problem> held,
        Names names,
        Instant now) {
    static DecisionInput of(Releases before, @Nullable Resolution resolved, HeldObjects held, Instant now) {
        CatalogChange change = held.change();
        Names names = before.names().next(objects(resolved, change), change.catalog());
        return new DecisionInput(before, resolved, change, held.held(), names, now);
    }

    private static Set<ObjectKey> objects(@Nullable Resolution resolved, CatalogChange change) {
        return resolved == null ? change.catalog().manifests().keySet() : change.objects();
    }

    /** Returns the objects that may have changed. */
    Set<ObjectKey> objects() {
        return objects(resolved, change);
    }

    /** If the owner of a name has changed, all its claimants are examined. */
    Set<ObjectKey> moved() {
        Set<ObjectKey> moved = new HashSet<>();
        for (VirtualEnvironmentName name : named()) {
            if (!Objects.equals(names.owner(name), before.names().owner(name))) {
                moved.addAll(names.claimants(name));
            }
        }
        return moved;
    }

    /** The virtual environments whose object, or the right to whose name, may have changed. */
    Set<VirtualEnvironmentName> named() {
        Set<VirtualEnvironmentName> named = new HashSet<>(names.reservedUnlike(before.names()));
        objects().stream()
                .filter(key -> key.kind() == Kind.VirtualEnvironment)
                .map(ObjectKey::virtualEnvironmentName)
                .forEach(named::add);
        return named;
    }

    /** The objects that have these names. */
    Set<ObjectKey> owners(Set<VirtualEnvironmentName> virtualEnvironments) {
        return virtualEnvironments.stream()
                .map(names::owner)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }
}
