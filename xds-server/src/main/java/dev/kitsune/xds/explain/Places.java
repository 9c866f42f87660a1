package dev.kitsune.xds.explain;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.snapshot.Origin;
import org.jspecify.annotations.Nullable;

/** Finds the position of a field in the files. */
record Places(Catalog catalog) {
    /** Returns null for an object that no longer exists. */
    @Nullable
    String of(Origin origin) {
        Manifest<?> manifest = catalog.manifests().get(origin.object());
        return manifest == null ? null : manifest.at(origin.field()).toString();
    }
}
