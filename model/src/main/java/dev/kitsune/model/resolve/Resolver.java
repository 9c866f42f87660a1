package dev.kitsune.model.resolve;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.HashSet;
import java.util.Set;

/** Resolves a catalog to a snapshot: completely the first time, and later only the parts that a change affects. */
public final class Resolver {
    private Resolver() {}

    /** Treats everything in the catalog as new. */
    public static Resolution resolve(CatalogChange first) {
        Catalog catalog = first.catalog();
        Set<SecretId> secrets = new HashSet<>(catalog.secrets().keySet());
        CatalogChange all = new CatalogChange(catalog, catalog.manifests().keySet(), secrets, first.problems());
        return new ResolutionPass(ResolutionState.EMPTY, Snapshot.EMPTY, all).resolve();
    }

    /** {@code change}: the change since the previous resolution */
    public static Resolution resolve(Resolution previous, CatalogChange change) {
        return new ResolutionPass(previous.state(), previous.snapshot(), change).resolve();
    }
}
