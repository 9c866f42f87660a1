package dev.kitsune.model.catalog;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.SecretId;
import java.util.List;
import java.util.Set;

/**
 * A catalog and the changes since the previous one.
 *
 * @param objects the keys that were added, changed or removed since the previous catalog
 * @param secrets the Secrets that were added, changed or removed since the previous catalog
 * @param problems all problems that reading found in the current objects, not only in those that changed
 * @param namespaces the namespaces whose labels changed since the previous catalog
 * @param standIns all objects whose current text cannot be read, so that the catalog has their last good versions
 */
public record CatalogChange(
        Catalog catalog,
        Set<ObjectKey> objects,
        Set<SecretId> secrets,
        Set<String> namespaces,
        List<Problem> problems,
        Set<ObjectKey> standIns) {
    public CatalogChange {
        objects = Set.copyOf(objects);
        secrets = Set.copyOf(secrets);
        namespaces = Set.copyOf(namespaces);
        problems = List.copyOf(problems);
        standIns = Set.copyOf(standIns);
    }

    /** A change in which every object can be read, and no labels have changed. */
    public CatalogChange(Catalog catalog, Set<ObjectKey> objects, Set<SecretId> secrets, List<Problem> problems) {
        this(catalog, objects, secrets, Set.of(), problems, Set.of());
    }

    /** Returns the same change with another catalog, other changed objects and other problems. */
    public CatalogChange with(Catalog other, Set<ObjectKey> changed, List<Problem> found) {
        return new CatalogChange(other, changed, secrets, namespaces, found, standIns);
    }
}
