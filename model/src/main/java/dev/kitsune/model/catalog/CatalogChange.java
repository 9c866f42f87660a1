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
 * @param deleted all objects in the catalog that users have deleted, and that exist as long as something needs them
 */
public record CatalogChange(
        Catalog catalog,
        Set<ObjectKey> objects,
        Set<SecretId> secrets,
        Set<String> namespaces,
        List<Problem> problems,
        Set<ObjectKey> standIns,
        Set<ObjectKey> deleted) {
    public CatalogChange {
        objects = Set.copyOf(objects);
        secrets = Set.copyOf(secrets);
        namespaces = Set.copyOf(namespaces);
        problems = List.copyOf(problems);
        standIns = Set.copyOf(standIns);
        deleted = Set.copyOf(deleted);
    }

    /** A change in which every object can be read, none is being deleted, and no labels have changed. */
    public CatalogChange(Catalog catalog, Set<ObjectKey> objects, Set<SecretId> secrets, List<Problem> problems) {
        this(catalog, objects, secrets, Set.of(), problems, Set.of(), Set.of());
    }

    /** Returns the same content, of which other objects, Secrets and namespaces have changed. */
    public CatalogChange of(Set<ObjectKey> changed, Set<SecretId> changedSecrets, Set<String> changedNamespaces) {
        return new CatalogChange(catalog, changed, changedSecrets, changedNamespaces, problems, standIns, deleted);
    }

    /** Returns the same change with another catalog, other changed objects and other problems. */
    public CatalogChange with(Catalog other, Set<ObjectKey> changed, List<Problem> found) {
        return new CatalogChange(other, changed, secrets, namespaces, found, standIns, deleted);
    }
}
