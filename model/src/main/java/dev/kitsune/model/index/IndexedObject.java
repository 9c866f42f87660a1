package dev.kitsune.model.index;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.snapshot.Origin;
import org.jspecify.annotations.Nullable;

/** The index's data about one key, whether or not the object exists. */
record IndexedObject(Index index, ObjectKey key) {
    @Nullable
    Manifest<?> manifest() {
        return index.manifest(key);
    }

    @Nullable
    Deployment deployment() {
        return index.deployment(key);
    }

    /** Returns an app deployment, unless its app belongs to another namespace. */
    @Nullable
    Deployment deploymentInForce() {
        Deployment found = index.deployment(key);
        return found != null && index.inForce(found) ? found : null;
    }

    @Nullable
    AdapterTemplates adapter() {
        return index.adapter(key);
    }

    Position position() {
        return index.position(key);
    }

    /** Returns the position of one of its fields. */
    Position position(String field) {
        return index.position(new Origin(key, field));
    }
}
