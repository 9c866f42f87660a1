package dev.kitsune.xds.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The folder that a command is to read. */
final class Folders {
    private Folders() {}

    /** The same, of a folder that may be swapped at this moment: it gets a second to be whole again. */
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

    /** Refuses what is no folder, or none that we may look into. */
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
