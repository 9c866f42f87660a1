package dev.kitsune.e2e.process;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this repository is: git-ignored folders in it keep what is obtained once. */
public final class Repository {
    private Repository() {}

    /** The root of the repository: what {@code ./kitsune} says, else the nearest folder above that looks like it. */
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
