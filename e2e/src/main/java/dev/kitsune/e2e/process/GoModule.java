package dev.kitsune.e2e.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One version of a module of Go, whose files are downloaded once into a folder of their own. */
public final class GoModule {
    private final VersionFolder downloaded;
    private final String go;
    private final Path pin;
    private final String files;

    /**
     * Creates a module that is not downloaded yet.
     *
     * @param folder the folder that holds one folder for each version
     * @param go the command of Go
     * @param pin the folder whose {@code go.mod} and {@code go.sum} pin the module
     * @param module the path of the module
     */
    public GoModule(Path folder, String version, String go, Path pin, String module) {
        this.downloaded = new VersionFolder(folder, version);
        this.go = go;
        this.pin = pin;
        this.files = module + "@" + version;
    }

    /**
     * Returns the folder with the module's files, after downloading them if necessary.
     *
     * @param beginning receives the folder before the download
     */
    public Path obtain(Consumer<Path> beginning) throws UnobtainableException {
        Path home = downloaded.obtain(
                folder -> Files.isDirectory(folder.resolve(files)),
                beginning,
                fresh -> downloaded.run(
                        List.of(go, "mod", "download"),
                        "download.log",
                        pin,
                        // Go writes its files without the right to delete them, unless it is asked for it.
                        Map.of("GOMODCACHE", fresh.toString(), "GOFLAGS", "-modcacherw")));
        return home.resolve(files);
    }
}
