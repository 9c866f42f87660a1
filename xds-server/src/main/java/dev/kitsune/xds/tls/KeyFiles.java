package dev.kitsune.xds.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** How files of keys are written. */
public final class KeyFiles {
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private KeyFiles() {}

    /** Who may read a file. */
    public enum Readers {
        OWNER("rw-------"),
        ALL("rw-r--r--");

        private final String permissions;

        Readers(String permissions) {
            this.permissions = permissions;
        }

        private FileAttribute<Set<PosixFilePermission>> attribute() {
            return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
        }
    }

    /** Makes a folder that only its owner may enter, unless it exists. */
    public static void createFolder(Path folder) throws IOException {
        Files.createDirectories(folder.toAbsolutePath(), OWNERS_FOLDER);
    }

    /** Replaces the file by a rename, so that readers see either the old or the new text. */
    public static void replace(Path file, String text, Readers readers) throws IOException {
        Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".new", null, readers.attribute());
        try {
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Whether others than the owner may read the file. */
    public static boolean isExposed(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        return permissions.contains(PosixFilePermission.GROUP_READ)
                || permissions.contains(PosixFilePermission.OTHERS_READ);
    }
}
