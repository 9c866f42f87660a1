package dev.kitsune.xds.pipeline;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SnapshotKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What changed and is not served yet, because a stage failed: the next pass takes it along, so that nothing is forgotten. */
final class Debt {
    private final Set<ObjectKey> objects = new HashSet<>();
    private final Set<SecretId> secrets = new HashSet<>();
    private final Set<SnapshotKey<?>> unpublished = new HashSet<>();

    /** A change with what is owed; it is owed from now on. */
    CatalogChange with(CatalogChange change) {
        objects.addAll(change.objects());
        secrets.addAll(change.secrets());
        return new CatalogChange(change.catalog(), objects, secrets, change.problems(), change.standIns());
    }

    /** It is resolved; now the keys that it changed are owed. */
    void resolved(Collection<SnapshotKey<?>> changed) {
        objects.clear();
        secrets.clear();
        unpublished.addAll(changed);
    }

    Set<SnapshotKey<?>> unpublished() {
        return Set.copyOf(unpublished);
    }

    void published() {
        unpublished.clear();
    }
}
