package dev.kitsune.xds.pipeline;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SnapshotKey;
import java.util.HashSet;
import java.util.Set;

/** The changes that are not served yet, because a stage failed. The next pass includes them, so that none is lost. */
final class Debt {
    private final Set<ObjectKey> objects = new HashSet<>();
    private final Set<SecretId> secrets = new HashSet<>();
    private final Set<String> namespaces = new HashSet<>();
    private final Set<SnapshotKey<?>> unpublished = new HashSet<>();
    private final Set<Problem> untold = new HashSet<>();
    private Owed heldBack = Owed.NONE;

    /** What a resolution changed in the snapshot, and in the list of problems. */
    private record Owed(Set<SnapshotKey<?>> keys, Set<Problem> problems) {
        static final Owed NONE = new Owed(Set.of(), Set.of());

        static Owed of(Resolution resolution) {
            return new Owed(resolution.changed(), resolution.touchedProblems());
        }
    }

    /** Returns a change together with the outstanding ones. All of them are outstanding from now on. */
    CatalogChange with(CatalogChange change) {
        objects.addAll(change.objects());
        secrets.addAll(change.secrets());
        namespaces.addAll(change.namespaces());
        return change.of(objects, secrets, namespaces);
    }

    /** Records that it is resolved. Its changes of the snapshot and of problems are outstanding now. */
    void resolved(Resolution resolution) {
        objects.clear();
        secrets.clear();
        namespaces.clear();
        owe(Owed.of(resolution));
    }

    /** The served state differs from the decided one for everything that was or is held back. */
    void served(Resolution decided, Resolution served) {
        owe(heldBack);
        heldBack = served == decided ? Owed.NONE : Owed.of(served);
        owe(heldBack);
    }

    private void owe(Owed more) {
        unpublished.addAll(more.keys());
        untold.addAll(more.problems());
    }

    Set<SnapshotKey<?>> unpublished() {
        return Set.copyOf(unpublished);
    }

    /** Returns the problems that may differ from the published ones. */
    Set<Problem> untold() {
        return Set.copyOf(untold);
    }

    void published() {
        untold.clear();
        unpublished.clear();
    }
}
