package dev.kitsune.model.resolve;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.HashSet;
import java.util.Set;

/** Resolves a catalog to a snapshot: all at once the first time, later only what a change reaches. */
public final class Resolver {
    private Resolver() {}

    /** Everything in the catalog is new, whatever the change names. */
    public static Resolution resolve(CatalogChange first) {
        Catalog catalog = first.catalog();
        Set<SecretId> secrets = new HashSet<>(catalog.secrets().keySet());
        CatalogChange all = new CatalogChange(catalog, catalog.manifests().keySet(), secrets, first.problems());
        return new ResolutionPass(ResolutionState.EMPTY, Snapshot.EMPTY, all).resolve();
    }

    /** {@code change}: since the catalog of the previous resolution */
    public static Resolution resolve(Resolution previous, CatalogChange change) {
        return new ResolutionPass(previous.state(), previous.snapshot(), change).resolve();
    }
}
