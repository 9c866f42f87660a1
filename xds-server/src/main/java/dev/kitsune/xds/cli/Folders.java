package dev.kitsune.xds.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Checks the folder that a command reads. */
final class Folders {
    private Folders() {}

    /** The same for a folder that may be swapped at this moment. It waits up to one second. */
    static void await(Path folder) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (true) {
            try {
                require(folder);
                return;
            } catch (CommandException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }

    /** Refuses a path that is not a readable folder. */
    static void require(Path folder) {
        if (!Files.exists(folder)) {
            throw CommandException.usage("there is no folder " + folder + ": create it, or name another");
        }
        if (!Files.isDirectory(folder)) {
            throw CommandException.usage(folder + " is a file: name the folder that it is in");
        }
        if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
            throw CommandException.usage(
                    "the folder " + folder + " may not be read by " + System.getProperty("user.name")
                            + ": give read and search permission, such as chmod u+rx, or start as its owner");
        }
    }
}
