package dev.kitsune.e2e.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One version of a command that is written in Go, which is built once into a folder of its own. */
public final class GoProgram {
    private final VersionFolder built;
    private final String go;
    private final Path module;
    private final String command;
    private final String name;
    private final List<String> flags;

    /**
     * Creates a program that is not built yet.
     *
     * @param folder the folder that holds one folder for each version
     * @param go the command of Go
     * @param module the folder whose {@code go.mod} and {@code go.sum} pin the sources
     * @param command the package of the command
     * @param flags the flags of the linker
     */
    public GoProgram(Path folder, String version, String go, Path module, String command, String... flags) {
        this.built = new VersionFolder(folder, version);
        this.go = go;
        this.module = module;
        this.command = command;
        this.name = command.substring(command.lastIndexOf('/') + 1);
        this.flags = List.of(flags);
    }

    /**
     * Returns the program, after building it if necessary.
     *
     * @param beginning receives the folder before the build
     */
    public Path obtain(Consumer<Path> beginning) throws UnobtainableException {
        Path home = built.obtain(
                folder -> Files.isExecutable(folder.resolve(name)),
                beginning,
                // Without C the build needs no compiler but Go's.
                fresh -> built.run(build(fresh.resolve(name)), "build.log", module, Map.of("CGO_ENABLED", "0")));
        return home.resolve(name);
    }

    private List<String> build(Path program) {
        return List.of(
                go, "build", "-trimpath", "-ldflags", String.join(" ", flags), "-o", program.toString(), command);
    }
}
