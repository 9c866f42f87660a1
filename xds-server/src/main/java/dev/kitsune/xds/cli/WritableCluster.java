package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kitsune.k8s.edit.EditableObjects;
import dev.kitsune.k8s.watch.NoClusterException;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import dev.kitsune.xds.edit.FieldChange;
import java.util.List;

/** A cluster, in which a command writes with the rights of its user. */
record WritableCluster(EditableObjects objects) implements WritableInput {
    @Override
    public Draft created(ObjectKey key, Manifest<?> near, ObjectNode object) {
        return new Draft(read(key, object), place(), () -> refused(() -> objects.create(key, object)));
    }

    @Override
    public Draft changed(Manifest<?> manifest, List<FieldChange> changes) {
        ObjectKey key = manifest.key();
        ObjectNode object = read(key);
        changes.forEach(change -> change.in(object));
        return new Draft(read(key, object), place(), () -> refused(() -> objects.replace(key, object)));
    }

    @Override
    public String delete(Manifest<?> manifest) {
        refused(() -> objects.delete(manifest.key()));
        return place();
    }

    private ObjectNode read(ObjectKey key) {
        try {
            return objects.read(key);
        } catch (NoClusterException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()));
        }
    }

    private static ReadResult read(ObjectKey key, JsonNode object) {
        return ManifestReader.readObject(key.toString(), object.toString());
    }

    private String place() {
        return "the cluster " + objects.cluster().name();
    }

    private static void refused(DraftWriter writer) {
        try {
            writer.write();
        } catch (NoClusterException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()));
        }
    }
}
