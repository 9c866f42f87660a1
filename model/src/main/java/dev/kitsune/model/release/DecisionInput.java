package dev.kitsune.model.release;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.ObjectKey;
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
 * What a decision is made from.
 *
 * @param resolved the resolution before; null at first, and then everything in the catalog is new
 * @param change what was read, with what is held
 * @param held what is only there because it is needed, each with the problem that says by whom
 * @param names which virtual environment has a name now
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

    /** The objects that may be others than before. */
    Set<ObjectKey> objects() {
        return objects(resolved, change);
    }

    /** Where another object has a name now, all that want it are looked at. */
    Set<ObjectKey> moved() {
        Set<ObjectKey> moved = new HashSet<>();
        for (ObjectKey key : objects()) {
            if (!Objects.equals(names.owner(key.name()), before.names().owner(key.name()))) {
                moved.addAll(names.claimants(key.name()));
            }
        }
        return moved;
    }

    /** The objects that have these names. */
    Set<ObjectKey> owners(Set<String> virtualEnvironments) {
        return virtualEnvironments.stream()
                .map(names::owner)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }
}
