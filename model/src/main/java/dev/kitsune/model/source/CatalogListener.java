package dev.kitsune.model.source;

import dev.kitsune.model.catalog.CatalogChange;

/** Receives each change of a source. */
@FunctionalInterface
public interface CatalogListener {
    void changed(CatalogChange change);
}
