package dev.kitsune.xds.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A new state that begins with a copy of another one, which is only read. */
final class Adoption {
    private final Path from;
    private final Path to;
    private final Disk disk;

    Adoption(Path from, Path to, Disk disk) {
        this.from = from;
        this.to = to;
        this.disk = disk;
    }

    void run() throws IOException {
        for (String folder : List.of("", "releases")) {
            adopt(from.resolve(folder), to.resolve(folder));
        }
    }

    private void adopt(Path folder, Path into) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.createDirectories(into);
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".json") || file.endsWith(LastGoodFile.NAME))
                    .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            try {
                disk.replace(into.resolve(file.getFileName()), Files.readAllBytes(file));
            } catch (NoSuchFileException e) {
                // It was deleted just now.
            }
        }
    }
}
