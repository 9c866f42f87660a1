package dev.kitsune.e2e.process;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A folder that holds one version of a program, and is filled once.
 *
 * <p>Two processes may fill it at once, and one may be killed before it is finished. Therefore the program is installed
 * under another name and then renamed, while a lock is held.
 */
final class VersionFolder {
    private static final String UNFINISHED = "installing-";

    private final Path folder;
    private final String version;

    /** {@code folder}: holds one folder for each version */
    VersionFolder(Path folder, String version) {
        this.folder = folder;
        this.version = version;
    }

    /** Installs the program into a fresh folder. */
    interface Installation {
        void into(Path fresh) throws IOException, UnobtainableException;
    }

    /**
     * Returns the folder, after filling it if necessary.
     *
     * @param isInstalled whether a folder holds the program
     * @param beginning receives the folder before the installation
     */
    Path obtain(Predicate<Path> isInstalled, Consumer<Path> beginning, Installation installation)
            throws UnobtainableException {
        Path home = folder.resolve(version);
        if (isInstalled.test(home)) {
            return home;
        }
        // A lock on a file only excludes other processes. The monitor excludes threads of this process.
        synchronized (VersionFolder.class) {
            try {
                Files.createDirectories(folder);
                try (FileChannel channel = FileChannel.open(
                                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (lock.isValid() && !isInstalled.test(home)) {
                        beginning.accept(home);
                        install(home, installation);
                    }
                }
            } catch (IOException e) {
                throw new UnobtainableException("it cannot be stored in " + folder + " (" + e + ")");
            }
        }
        return home;
    }

    private void install(Path home, Installation installation) throws IOException, UnobtainableException {
        deleteUnfinished();
        Path fresh = Files.createTempDirectory(folder, UNFINISHED);
        try {
            installation.into(fresh);
            delete(home);
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(fresh);
        }
    }

    /** Deletes the files of processes that were killed during an installation. */
    private void deleteUnfinished() throws IOException {
        try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(folder, UNFINISHED + "*")) {
            for (Path one : unfinished) {
                delete(one);
            }
        }
    }

    /**
     * Runs the command of an installation to its end.
     *
     * @param log the name of the file beside the versions that receives its output
     * @param working the folder that it works in
     * @param environment the variables that it has in addition to those of this program
     */
    void run(List<String> command, String log, Path working, Map<String, String> environment)
            throws IOException, UnobtainableException {
        Path output = folder.resolve(log);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(working.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UnobtainableException(command.get(0) + " cannot be run (" + e.getMessage() + ")");
        }
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new UnobtainableException("`" + String.join(" ", command) + "` ended with code " + code + ": "
                        + lastLine(output) + " (the whole output is in " + output + ")");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new UnobtainableException("the installation was interrupted");
        }
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines =
                Files.readAllLines(log).stream().filter(l -> !l.isBlank()).toList();
        return lines.isEmpty() ? "it printed nothing" : lines.get(lines.size() - 1);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }
}
