package dev.kitsune.e2e.mesh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The folder of manifests that a control plane watches. Files are replaced by rename, as a careful user does it. */
public final class MeshFolder {
    private final Path root;
    private final PortMap ports;

    MeshFolder(Path root, PortMap ports) throws IOException {
        this.root = Files.createDirectories(root);
        this.ports = ports;
    }

    public Path root() {
        return root;
    }

    /** Writes or replaces one file, with the real ports. */
    public void write(String name, String text) throws IOException {
        replace(root.resolve(name), ports.withRealPorts(text));
    }

    /** Writes or replaces one key of a Secret. */
    public void writeSecret(String secret, String key, String value) throws IOException {
        replace(root.resolve("secrets").resolve(secret).resolve(key), value);
    }

    /** Deletes one key of a Secret. */
    public void deleteSecret(String secret, String key) throws IOException {
        Files.delete(root.resolve("secrets").resolve(secret).resolve(key));
    }

    /** Replaces a piece of a file, and fails if the file does not contain it. */
    public void edit(String name, String piece, String replacement) throws IOException {
        String text = Files.readString(root.resolve(name));
        if (!text.contains(piece)) {
            throw new IllegalArgumentException(name + " does not contain: " + piece);
        }
        write(name, text.replace(piece, replacement));
    }

    public void delete(String name) throws IOException {
        Files.delete(root.resolve(name));
    }

    /** Copies all files of another folder, with the real ports in all files but the secrets. */
    void fill(Path from) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = from.relativize(file).toString();
                String text = Files.readString(file, StandardCharsets.UTF_8);
                replace(root.resolve(name), name.startsWith("secrets/") ? text : ports.withRealPorts(text));
            }
        }
    }

    /** Returns the texts of all manifest files by name. */
    Map<String, String> manifests() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .sorted(Comparator.naturalOrder())
                    .toList()) {
                String name = root.relativize(file).toString();
                if (!name.startsWith("secrets/")
                        && !file.getFileName().toString().startsWith(".")
                        && (name.endsWith(".yaml") || name.endsWith(".yml"))) {
                    texts.put(name, Files.readString(file));
                }
            }
        }
        return texts;
    }

    private static void replace(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
