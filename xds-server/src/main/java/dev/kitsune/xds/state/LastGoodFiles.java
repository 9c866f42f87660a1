package dev.kitsune.xds.state;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.source.LastGoodStore;
import dev.kitsune.xds.state.StateJson.BadStateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The last good versions of objects that cannot be served as they stand: a file for each in the state folder. */
public final class LastGoodFiles implements LastGoodStore {
    private final StateFolder folder;
    private final StateFiles files;
    private final Map<String, byte[]> known = new ConcurrentHashMap<>();

    public LastGoodFiles(StateFolder folder) {
        this.folder = folder;
        this.files = new StateFiles(folder.root().resolve("lastgood"), folder.disk());
        folder.whenReplaced(this::writeAgain);
    }

    private void writeAgain() {
        known.forEach((name, text) -> {
            try {
                files.create();
                files.replace(name, text);
            } catch (IOException e) {
                // It is tried again with the next object that goes bad, and is still served.
            }
        });
    }

    @Override
    public Map<ObjectKey, Manifest<?>> load() {
        Map<ObjectKey, Manifest<?>> all = new HashMap<>();
        files.load().forEach((name, text) -> {
            try {
                Manifest<?> manifest = StateJson.manifest(text);
                all.put(manifest.key(), manifest);
                known.put(name, text);
            } catch (BadStateException e) {
                files.unreadable(name, String.valueOf(e.getMessage()));
            }
        });
        return all;
    }

    @Override
    public Optional<String> keep(ObjectKey key, @Nullable Manifest<?> manifest) {
        String name = StateFiles.version(key.toString().getBytes(StandardCharsets.UTF_8));
        try {
            folder.ready();
            if (manifest == null) {
                files.delete(name);
                known.remove(name);
            } else {
                byte[] text = StateJson.of(manifest);
                files.create();
                files.replace(name, text);
                known.put(name, text);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Disk.why(e));
        }
    }

    @Override
    public void watch(Consumer<Map<ObjectKey, Manifest<?>>> listener) {
        Map<ObjectKey, Manifest<?>> last = new HashMap<>(load());
        folder.look(() -> {
            Map<ObjectKey, Manifest<?>> now = load();
            if (!now.equals(last)) {
                last.clear();
                last.putAll(now);
                listener.accept(now);
            }
        });
    }
}
