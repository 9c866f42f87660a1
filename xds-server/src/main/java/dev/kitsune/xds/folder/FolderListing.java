package dev.kitsune.xds.folder;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of the folder, without their content. Links are followed. Paths are relative to the folder, with {@code /}.
 *
 * @param manifests YAML files
 * @param secrets files {@code secrets/NAME/KEY}
 * @param unreadable folders that could not be listed, so that their content is unknown but not deleted
 * @param directories all folders by the path to watch, with the identity of each
 */
record FolderListing(
        SortedMap<String, FileStamp> manifests,
        SortedMap<String, FileStamp> secrets,
        SortedMap<String, String> unreadable,
        Map<Path, Object> directories) {
    static final String SECRETS = "secrets";

    private static final int MAX_DEPTH = 32;

    /**
     * More than a folder of manifests ever holds. Such a folder is a home folder or a whole disk that was named by
     * mistake.
     */
    static final int MAX_FILES = 200_000;

    static final long MAX_BYTES = 1024L * 1024 * 1024;

    /** The number of retries when a folder is swapped while it is listed. The next scan finds later changes. */
    private static final int ATTEMPTS = 3;

    /** Returns null if the folder itself is missing. */
    static @Nullable FolderListing of(Path root) {
        return of(root, MAX_FILES, MAX_BYTES);
    }

    /** {@code mostFiles}, {@code mostBytes}: the limits of the listing */
    static @Nullable FolderListing of(Path root, int mostFiles, long mostBytes) {
        FolderListing listing = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            Object before = identity(root);
            listing = before == null ? null : walk(root, mostFiles, mostBytes);
            // Parts of it may belong to another folder, if a link was swapped in the meantime.
            if (before != null && before.equals(identity(root))) {
                break;
            }
        }
        return listing;
    }

    private static @Nullable FolderListing walk(Path root, int mostFiles, long mostBytes) {
        FolderListing listing = new FolderListing(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new HashMap<>());
        Visitor visitor = new Visitor(root, listing, mostFiles, mostBytes);
        try {
            Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, visitor);
        } catch (IOException e) {
            return null;
        }
        return Files.isDirectory(root) ? listing : null;
    }

    /** Returns the identity of the folder at a path; null for none. */
    static @Nullable Object identity(Path folder) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(folder, BasicFileAttributes.class);
            if (!attributes.isDirectory()) {
                return null;
            }
            Object key = attributes.fileKey();
            return key == null ? attributes.creationTime() : key;
        } catch (IOException e) {
            return null;
        }
    }

    static String relative(Path root, Path path) {
        return root.relativize(path).toString().replace(root.getFileSystem().getSeparator(), "/");
    }

    static boolean isManifest(String name) {
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"));
    }

    /** Whether it has the same folders, and the same names of files, as another listing. */
    boolean hasFilesOf(FolderListing other) {
        return directories.equals(other.directories)
                && manifests.keySet().equals(other.manifests.keySet())
                && secrets.keySet().equals(other.secrets.keySet());
    }

    /** Whether a path could not be listed. */
    boolean isUnknown(String path) {
        return unreadable.keySet().stream().anyMatch(p -> p.isEmpty() || path.equals(p) || path.startsWith(p + "/"));
    }

    /**
     * Whether the folder of a Secret exists, even if it is empty. In this case its keys were removed on purpose, and no
     * volume was unmounted.
     */
    boolean hasSecretFolder(Path root) {
        Path secretsFolder = root.resolve(SECRETS);
        return directories.keySet().stream().anyMatch(p -> secretsFolder.equals(p.getParent()));
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final FolderListing listing;
        private final int mostFiles;
        private final long mostBytes;
        private int files;
        private long bytes;

        Visitor(Path root, FolderListing listing, int mostFiles, long mostBytes) {
            this.root = root;
            this.listing = listing;
            this.mostFiles = mostFiles;
            this.mostBytes = mostBytes;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (!directory.equals(root) && isHidden(directory)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            Object key = attributes.fileKey();
            listing.directories.put(directory, key == null ? attributes.creationTime() : key);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (++files > mostFiles) {
                return tooMuch(file, "more than " + mostFiles + " files");
            }
            if (!attributes.isRegularFile() || isHidden(file)) {
                return FileVisitResult.CONTINUE;
            }
            String path = relative(root, file);
            if (path.startsWith(SECRETS + "/")) {
                if (root.relativize(file).getNameCount() == 3) {
                    bytes += attributes.size();
                    listing.secrets.put(path, FileStamp.of(attributes));
                }
            } else if (isManifest(String.valueOf(file.getFileName()))) {
                bytes += Math.min(attributes.size(), FileContent.MAX_MANIFESTS);
                listing.manifests.put(path, FileStamp.of(attributes));
            }
            return bytes > mostBytes
                    ? tooMuch(file, "more than " + mostBytes / (1024 * 1024) + " MB of manifests and secrets")
                    : FileVisitResult.CONTINUE;
        }

        /** The rest of the folder is unknown, so all served objects stay in force. */
        private FileVisitResult tooMuch(Path at, String what) {
            listing.unreadable.put(
                    "",
                    "it holds " + what + "; everything after " + relative(root, at)
                            + " is not read: name a folder that holds only manifests, or remove files");
            return FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            boolean gone = e instanceof NoSuchFileException || e instanceof FileSystemLoopException;
            if (!gone && !isHidden(file)) {
                listing.unreadable.put(relative(root, file), FileContent.words(e));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
            if (e != null && !(e instanceof NoSuchFileException)) {
                listing.unreadable.put(relative(root, directory), FileContent.words(e));
            }
            return FileVisitResult.CONTINUE;
        }

        private static boolean isHidden(Path path) {
            return String.valueOf(path.getFileName()).startsWith(".");
        }
    }
}
