package dev.kitsune.xds.store;

import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Remembers what was read through it. */
final class RecordingView implements SnapshotView {
    private final Snapshot snapshot;
    private final Set<SnapshotKey<?>> keys = new HashSet<>();

    RecordingView(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** The keys that were read. Immutable, and small: most resources read one or two things. */
    Set<SnapshotKey<?>> keys() {
        return Set.copyOf(keys);
    }

    @Override
    public <T> @Nullable T read(SnapshotKey<T> key) {
        keys.add(key);
        return key.in(snapshot);
    }
}
