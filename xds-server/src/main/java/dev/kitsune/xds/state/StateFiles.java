package dev.kitsune.xds.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder of JSON files, each with a name. Each is replaced atomically. */
final class StateFiles {
    private static final String SUFFIX = ".json";

    private final Path folder;
    private final Disk disk;

    /** The texts that could not be parsed. Each is set aside when another text replaces it. */
    private final Map<Path, String> unreadable = new ConcurrentHashMap<>();

    StateFiles(Path folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
    }

    Path folder() {
        return folder;
    }

    void create() throws IOException {
        disk.createFolder(folder);
    }

    private Path file(String name) {
        return folder.resolve(name + SUFFIX);
    }

    static String version(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** All texts, by their names. */
    SortedMap<String, byte[]> load() {
        SortedMap<String, byte[]> texts = new TreeMap<>();
        unreadable.clear();
        for (Path file : files()) {
            String name = String.valueOf(file.getFileName());
            try {
                texts.put(name.substring(0, name.length() - SUFFIX.length()), Files.readAllBytes(file));
            } catch (NoSuchFileException e) {
                // It was deleted just now.
            } catch (IOException e) {
                unreadable.put(file, "it cannot be read");
            }
        }
        return texts;
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> !String.valueOf(f.getFileName()).startsWith("."))
                    .filter(f -> f.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Null where there is none. */
    byte @Nullable [] read(String name) throws IOException {
        try {
            return Files.readAllBytes(file(name));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** {@code why}: the reason why the text of that name cannot be parsed */
    void unreadable(String name, String why) {
        unreadable.put(file(name), why);
    }

    Map<Path, String> unreadable() {
        return new TreeMap<>(unreadable);
    }

    void replace(String name, byte[] text) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        Path file = file(name);
        if (unreadable.containsKey(file)) {
            disk.setAside(file);
            unreadable.remove(file);
        }
        disk.replace(file, text);
    }

    void delete(String name) throws IOException {
        if (Files.exists(file(name))) {
            disk.delete(file(name));
            try {
                disk.sync(folder);
            } catch (IOException e) {
                // A file that reappears after a power cut belongs to a virtual environment that no longer exists.
            }
        }
    }
}
