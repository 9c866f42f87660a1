package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.read.ReadResult;
import dev.kitsune.xds.edit.FieldChange;
import java.util.List;

/** A folder or a cluster in which a command writes what a user would write there. */
interface WritableInput {
    /** Writes what was drafted. */
    @FunctionalInterface
    interface DraftWriter {
        void write();
    }

    /**
     * What a command would write.
     *
     * @param read what Kitsune reads of it
     * @param place the file, or the cluster, for people
     */
    record Draft(ReadResult read, String place, DraftWriter writer) {}

    /** Drafts a new object. {@code near}: the object beside which it belongs; {@code object}: as it is written */
    Draft created(ObjectKey key, Manifest<?> near, ObjectNode object);

    /** Drafts an object with changes. */
    Draft changed(Manifest<?> manifest, List<FieldChange> changes);

    /** Deletes an object, and returns the place where it was. */
    String delete(Manifest<?> manifest);
}
