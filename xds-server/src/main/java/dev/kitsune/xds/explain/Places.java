package dev.kitsune.xds.explain;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.snapshot.Origin;
import org.jspecify.annotations.Nullable;

/** Turns the field that decided something into its place in the files. */
record Places(Catalog catalog) {
    /** Null for an object that is not there any more. */
    @Nullable
    String of(Origin origin) {
        Manifest<?> manifest = catalog.manifests().get(origin.object());
        return manifest == null ? null : manifest.at(origin.field()).toString();
    }
}
