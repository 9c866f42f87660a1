package dev.kitsune.xds.cli;

import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The virtual environment that the requests of a folder on a developer's machine name. It stands in the file {@value
 * #FILE} of that folder, or of one around it: the name on the first line, and on the second the header that carries it if
 * that is another one than usual. A prompt of a shell can read it.
 */
record UsedVirtualEnvironment(Path file, VirtualEnvironmentName name, String header) {
    static final String FILE = ".kitsune-env";

    /** Finds the one of a folder. */
    static Optional<UsedVirtualEnvironment> of(Path folder) {
        for (Path at = folder.toAbsolutePath(); at != null; at = at.getParent()) {
            Path file = at.resolve(FILE);
            if (Files.isRegularFile(file)) {
                return Optional.of(read(file));
            }
        }
        return Optional.empty();
    }

    private static UsedVirtualEnvironment read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (lines.isEmpty()) {
                throw CommandException.failed(file + " names no virtual environment: write one with `kitsune env use`");
            }
            return new UsedVirtualEnvironment(
                    file,
                    new VirtualEnvironmentName(lines.get(0)),
                    lines.size() > 1 ? lines.get(1) : Platform.Context.DEFAULT.header());
        } catch (IOException e) {
            throw CommandException.failed(file + " cannot be read: " + e.getMessage());
        }
    }

    void write() {
        try {
            Files.writeString(
                    file, name + "\n" + (header.equals(Platform.Context.DEFAULT.header()) ? "" : header + "\n"));
        } catch (IOException e) {
            throw CommandException.failed(file + " cannot be written: " + e.getMessage());
        }
    }

    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw CommandException.failed(file + " cannot be deleted: " + e.getMessage());
        }
    }
}
