package dev.kitsune.xds.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files like users and tools. */
record TestFolder(Path root) {

    static String head(String kind, String metadata) {
        return "apiVersion: kitsune.dev/v1alpha1\nkind: " + kind + "\nmetadata: " + metadata + "\n";
    }

    static String environment(String name, String value) {
        return head("Environment", "{name: " + name + "}") + "spec: {data: {variables: {v: \"" + value + "\"}}}\n";
    }

    void environment(String path, String name, String value) throws IOException {
        write(path, environment(name, value));
    }

    void virtual(String path, String namespace, String name) throws IOException {
        write(
                path,
                head("VirtualEnvironment", "{name: " + name + ", namespace: " + namespace + "}")
                        + "spec: {environment: dev}\n");
    }

    void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** Renames a new file over the old one. */
    void replace(String path, String text) throws IOException {
        Path next = root.resolve(path + ".next");
        Files.writeString(next, text);
        Files.move(next, root.resolve(path), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Renames a new link over the old one, like {@code ln -sfn}. */
    static void link(Path link, Path target) throws IOException {
        Path next = link.resolveSibling("." + link.getFileName());
        Files.createSymbolicLink(next, target);
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Does the same, but throws only unchecked exceptions. */
    static void swap(Path link, Path target) {
        try {
            link(link, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(String path) throws IOException {
        Files.delete(root.resolve(path));
    }
}
