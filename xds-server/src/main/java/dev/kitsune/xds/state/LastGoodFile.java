package dev.kitsune.xds.state;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.source.LastGoodListener;
import dev.kitsune.model.source.LastGoodStore;
import dev.kitsune.xds.state.StateJson.BadStateException;
import dev.kitsune.xds.state.StateJson.LastGoodLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last good versions of objects: one file of the state folder, a line for each version. A change appends lines, and
 * the last line of an object counts. The cost of an edit depends only on its changes, not on the number of objects. The
 * file is written again when most of its lines are outdated. Nothing waits until it is on the disk. Versions that are
 * lost in a crash of the machine are read from the manifests again, unless these are invalid by then.
 */
public final class LastGoodFile implements LastGoodStore {
    static final String NAME = "lastgood.jsonl";

    /** The number of outdated lines below which the file is not rewritten. */
    private static final int OUTDATED = 1_000;

    private final StateFolder folder;
    private final Path file;

    /** The known number of lines in the file; negative if it must be rewritten. */
    private int lines = -1;

    private volatile Map<ObjectKey, Manifest<?>> loaded = Map.of();

    public LastGoodFile(StateFolder folder) {
        this.folder = folder;
        this.file = folder.root().resolve(NAME);
        folder.whenReplaced(this::writeAnew);
    }

    private synchronized void writeAnew() {
        lines = -1;
    }

    @Override
    public Map<ObjectKey, Manifest<?>> load() {
        Map<ObjectKey, Manifest<?>> versions = new HashMap<>();
        for (String line : read()) {
            try {
                LastGoodLine read = StateJson.lastGood(line);
                if (read.manifest() == null) {
                    versions.remove(read.key());
                } else {
                    versions.put(read.key(), read.manifest());
                }
            } catch (BadStateException e) {
                // An incomplete last line, or a line of another version of Kitsune, is ignored.
            }
        }
        loaded = versions;
        return versions;
    }

    private List<String> read() {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    public synchronized Optional<String> keep(
            Map<ObjectKey, Manifest<?>> versions, Collection<ObjectKey> changed, Collection<ObjectKey> invalid) {
        if (changed.isEmpty()) {
            return Optional.empty(); // All versions are stored, those of valid objects, too.
        }
        try {
            folder.ready();
            boolean append = lines >= 0 && lines + changed.size() <= 2 * versions.size() + OUTDATED;
            Collection<ObjectKey> keys = append ? changed : versions.keySet();
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            for (ObjectKey key : keys) {
                text.writeBytes(StateJson.of(new LastGoodLine(key, versions.get(key))));
            }
            int before = lines;
            lines = -1;
            if (append) {
                folder.disk().append(file, text.toByteArray());
                lines = before + keys.size();
            } else {
                folder.disk().replace(file, text.toByteArray());
                lines = keys.size();
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Disk.why(e));
        }
    }

    @Override
    public void watch(LastGoodListener listener) {
        String[] last = {""};
        folder.look(() -> {
            String now = stamp();
            if (!now.equals(last[0])) {
                last[0] = now;
                Map<ObjectKey, Optional<Manifest<?>>> changed = new HashMap<>();
                loaded.keySet().forEach(key -> changed.put(key, Optional.empty()));
                load().forEach((key, version) -> changed.put(key, Optional.of(version)));
                listener.kept(changed);
            }
        });
    }

    private String stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.size() + " " + attributes.lastModifiedTime();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
