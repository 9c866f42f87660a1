package dev.kitsune.xds.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder that a command is to read. */
final class Folders {
    private Folders() {}

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
