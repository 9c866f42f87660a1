package dev.kitsune.model.catalog;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.SecretId;
import java.util.List;
import java.util.Set;

/**
 * A catalog and what is new in it.
 *
 * @param objects the keys that were added, changed or removed since the catalog before
 * @param secrets the Secrets that were added, changed or removed since the catalog before
 * @param problems all that reading found wrong with what stands there now, not only with what changed
 * @param standIns all objects that cannot be read as they stand now: the catalog has their last good versions
 */
public record CatalogChange(
        Catalog catalog,
        Set<ObjectKey> objects,
        Set<SecretId> secrets,
        List<Problem> problems,
        Set<ObjectKey> standIns) {
    public CatalogChange {
        objects = Set.copyOf(objects);
        secrets = Set.copyOf(secrets);
        problems = List.copyOf(problems);
        standIns = Set.copyOf(standIns);
    }

    /** Where every object can be read. */
    public CatalogChange(Catalog catalog, Set<ObjectKey> objects, Set<SecretId> secrets, List<Problem> problems) {
        this(catalog, objects, secrets, problems, Set.of());
    }
}
