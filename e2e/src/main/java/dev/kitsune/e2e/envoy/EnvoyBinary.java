package dev.kitsune.e2e.envoy;

import dev.kitsune.e2e.process.Repository;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds the Envoy for tests and the demo. It is {@code $ENVOY}, or {@code envoy} on the PATH. Otherwise it is the
 * pinned version, which is downloaded once into a git-ignored folder of the repository.
 */
public final class EnvoyBinary {
    /** The pinned version. */
    public static final String VERSION = "1.40.0";

    private EnvoyBinary() {}

    /**
     * Finds an Envoy, or downloads one, which takes a minute the first time.
     *
     * @param progress receives a sentence before the download
     * @throws NoEnvoyException if there is none
     */
    public static Path find(Consumer<String> progress) {
        return find(System.getenv(), new EnvoyPackage(Repository.root().resolve(".envoy"), "python3"), progress);
    }

    static Path find(Map<String, String> environment, EnvoyPackage pinned, Consumer<String> progress) {
        String named = environment.getOrDefault("ENVOY", "");
        if (!named.isBlank()) {
            Path path = Path.of(named);
            if (!isProgram(path)) {
                throw new NoEnvoyException("ENVOY names " + named + ", which cannot be run as a program");
            }
            return path.toAbsolutePath();
        }
        return onPath(environment.getOrDefault("PATH", "")).orElseGet(() -> pinned.obtain(progress));
    }

    static boolean isProgram(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }

    private static Optional<Path> onPath(String path) {
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder).resolve("envoy"))
                .filter(EnvoyBinary::isProgram)
                .findFirst();
    }
}
