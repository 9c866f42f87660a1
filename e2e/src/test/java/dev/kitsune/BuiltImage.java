package dev.kitsune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * A container image from an archive, with its files in a folder.
 *
 * @param config what a container of it runs, and as whom
 * @param layers the files of its layers in the archive, in order
 * @param executable the paths of the files that may be run
 */
record BuiltImage(JsonNode config, List<Path> layers, Path root, Set<String> executable) {
    /** Unpacks an archive in the format of docker, and all its layers. */
    static BuiltImage unpack(Path archive, Path folder) throws IOException {
        Path parts = Files.createDirectories(folder.resolve("parts"));
        try (InputStream in = Files.newInputStream(archive)) {
            unpack(in, parts);
        }
        ObjectMapper json = new ObjectMapper();
        JsonNode manifest =
                json.readTree(parts.resolve("manifest.json").toFile()).get(0);
        Path root = Files.createDirectories(folder.resolve("root"));
        List<Path> layers = new ArrayList<>();
        Set<String> executable = new HashSet<>();
        for (JsonNode layer : manifest.get("Layers")) {
            Path file = parts.resolve(layer.asText());
            layers.add(file);
            try (InputStream in = new GzipCompressorInputStream(Files.newInputStream(file))) {
                executable.addAll(unpack(in, root));
            }
        }
        JsonNode config =
                json.readTree(parts.resolve(manifest.get("Config").asText()).toFile());
        return new BuiltImage(config.get("config"), List.copyOf(layers), root, Set.copyOf(executable));
    }

    private static Set<String> unpack(InputStream in, Path folder) throws IOException {
        Set<String> executable = new HashSet<>();
        TarArchiveInputStream tar = new TarArchiveInputStream(in);
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path file = folder.resolve(entry.getName()).normalize();
            if (!file.startsWith(folder) || !(entry.isDirectory() || entry.isFile())) {
                throw new IOException("an unexpected entry: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(file);
                continue;
            }
            Files.createDirectories(file.getParent());
            Files.copy(tar, file);
            if ((entry.getMode() & 0111) != 0) {
                executable.add(entry.getName());
                file.toFile().setExecutable(true);
            }
        }
        return executable;
    }

    /** Returns the command of a container, with the unpacked files in place of the container's. */
    List<String> command() throws IOException {
        List<String> command = new ArrayList<>();
        for (JsonNode word : config.get("Entrypoint")) {
            command.add(
                    word.asText().startsWith("@")
                            ? here(Files.readString(root.resolve(word.asText().substring("@/".length()))))
                            : word.asText());
        }
        command.set(0, root.resolve("usr/bin").resolve(command.get(0)).toString());
        return command;
    }

    private String here(String classPath) {
        return classPath.replace("/app/", root + "/app/");
    }
}
