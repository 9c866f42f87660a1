package dev.kitsune.e2e.process;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds this repository, whose git-ignored folders hold downloads. */
public final class Repository {
    private Repository() {}

    /**
     * Returns the root that {@code ./kitsune} passes, or else the nearest folder above that looks like the repository.
     */
    public static Path root() {
        String home = System.getProperty("kitsune.home", "");
        if (!home.isEmpty()) {
            return Path.of(home);
        }
        Path here = Path.of("").toAbsolutePath();
        for (Path folder = here; folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("pom.xml")) && Files.isDirectory(folder.resolve("e2e"))) {
                return folder;
            }
        }
        return here;
    }
}
