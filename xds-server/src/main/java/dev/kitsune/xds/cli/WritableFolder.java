package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.xds.edit.FieldChange;
import dev.kitsune.xds.edit.YamlText;
import dev.kitsune.xds.edit.YamlText.UneditableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A folder of manifests. A file changes as a whole, so that a running {@code serve} never reads a half of it. */
record WritableFolder(Path dir) implements WritableInput {
    @Override
    public Draft created(ObjectKey key, Manifest<?> near, ObjectNode object) {
        Path file = dir.resolve(near.position().file()).resolveSibling(key.name() + ".yaml");
        if (Files.exists(file)) {
            throw CommandException.failed("the file " + file + " is there already: rename it, or write the virtual"
                    + " environment yourself");
        }
        String text = YamlText.of(object).text();
        return new Draft(ManifestReader.read(name(file), text), file.toString(), () -> write(file, null, text));
    }

    @Override
    public Draft changed(Manifest<?> manifest, List<FieldChange> changes) {
        Path file = file(manifest);
        String before = read(file);
        try {
            String text = new YamlText(before)
                    .with(manifest.position().line(), changes)
                    .text();
            return new Draft(ManifestReader.read(name(file), text), file.toString(), () -> write(file, before, text));
        } catch (UneditableException e) {
            throw CommandException.failed(file + ": " + e.getMessage());
        }
    }

    @Override
    public String delete(Manifest<?> manifest) {
        Path file = file(manifest);
        String before = read(file);
        String text = new YamlText(before).without(manifest.position().line()).text();
        boolean isEmpty = ManifestReader.read(name(file), text).manifests().isEmpty()
                && ManifestReader.read(name(file), text).problems().isEmpty();
        if (isEmpty) {
            unchanged(file, before);
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw failed(file, e);
            }
        } else {
            write(file, before, text);
        }
        return file.toString();
    }

    private Path file(Manifest<?> manifest) {
        return dir.resolve(manifest.position().file());
    }

    private String name(Path file) {
        return dir.relativize(file).toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** {@code before}: the text that was read; null for a new file */
    private static void write(Path file, @Nullable String before, String text) {
        Path folder = Path.of(String.valueOf(file.toAbsolutePath().getParent()));
        try {
            // The name begins with a dot, so serve does not read it.
            Path draft = Files.createTempFile(folder, ".kitsune-", ".yaml");
            try {
                Files.writeString(draft, text, StandardCharsets.UTF_8);
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(before == null ? folder : file);
                permissions.removeAll(
                        before == null
                                ? Set.of(
                                        PosixFilePermission.OWNER_EXECUTE,
                                        PosixFilePermission.GROUP_EXECUTE,
                                        PosixFilePermission.OTHERS_EXECUTE,
                                        PosixFilePermission.OTHERS_WRITE)
                                : Set.of());
                Files.setPosixFilePermissions(draft, permissions);
                if (before == null) {
                    Files.createLink(file, draft);
                } else {
                    unchanged(file, before);
                    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                }
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static void unchanged(Path file, String before) {
        if (!read(file).equals(before)) {
            throw CommandException.failed(
                    file + " was changed at this moment by somebody else: call the command again");
        }
    }

    private static CommandException failed(Path file, IOException e) {
        return CommandException.failed(
                file + " cannot be read or written: " + e.getClass().getSimpleName() + " " + e.getMessage());
    }
}
