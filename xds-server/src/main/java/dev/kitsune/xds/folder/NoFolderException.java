package dev.kitsune.xds.folder;

import java.io.Serial;
import java.nio.file.Path;

/** There is no such folder to read from. The message is a sentence for the user. */
public final class NoFolderException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public NoFolderException(Path folder) {
        super("there is no folder " + folder + " to read; create it, or name another one");
    }
}
