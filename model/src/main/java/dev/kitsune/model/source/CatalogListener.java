package dev.kitsune.model.source;

import dev.kitsune.model.catalog.CatalogChange;

/** Hears of each change of what a source reads. */
@FunctionalInterface
public interface CatalogListener {
    void changed(CatalogChange change);
}
