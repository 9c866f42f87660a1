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
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One version of a Python package, which is installed into a folder of its own.
 *
 * <p>Two processes may install it at once, and one may be killed before it is finished. Therefore the package is
 * installed under another name and then renamed, while a lock is held.
 */
public final class PythonPackage {
    private static final String UNFINISHED = "installing-";

    private final Path folder;
    private final String python;
    private final String name;
    private final String version;

    /**
     * Creates a package that is not installed yet.
     *
     * @param folder the folder that holds one folder for each version
     * @param python the command of the interpreter
     */
    public PythonPackage(Path folder, String python, String name, String version) {
        this.folder = folder;
        this.python = python;
        this.name = name;
        this.version = version;
    }

    /** The package is not available. The message is a clause that says why. */
    public static final class UnobtainableException extends Exception {
        private static final long serialVersionUID = 1;

        UnobtainableException(String why) {
            super(why);
        }
    }

    /** Returns the requirement in pip's form. */
    public String requirement() {
        return name + "==" + version;
    }

    /**
     * Returns the folder of the package, after installing it if necessary.
     *
     * @param isInstalled whether a folder holds the package
     * @param beginning receives the folder before the installation
     */
    public Path obtain(Predicate<Path> isInstalled, Consumer<Path> beginning) throws UnobtainableException {
        Path home = folder.resolve(version);
        if (isInstalled.test(home)) {
            return home;
        }
        // A lock on a file only excludes other processes. The monitor excludes threads of this process.
        synchronized (PythonPackage.class) {
            try {
                Files.createDirectories(folder);
                try (FileChannel channel = FileChannel.open(
                                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (lock.isValid() && !isInstalled.test(home)) {
                        beginning.accept(home);
                        install(home);
                    }
                }
            } catch (IOException e) {
                throw new UnobtainableException("it cannot be stored in " + folder + " (" + e + ")");
            }
        }
        return home;
    }

    private void install(Path home) throws IOException, UnobtainableException {
        deleteUnfinished();
        Path fresh = Files.createTempDirectory(folder, UNFINISHED);
        try {
            pip(fresh);
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

    private void pip(Path target) throws IOException, UnobtainableException {
        Path log = folder.resolve("pip.log");
        List<String> command = List.of(
                python,
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--target",
                target.toString(),
                requirement());
        Process pip;
        try {
            pip = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UnobtainableException(python + " cannot be run (" + e.getMessage() + ")");
        }
        try {
            int code = pip.waitFor();
            if (code != 0) {
                throw new UnobtainableException("`" + String.join(" ", command) + "` ended with code " + code + ": "
                        + lastLine(log) + " (the whole output is in " + log + ")");
            }
        } catch (InterruptedException e) {
            pip.destroyForcibly();
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
