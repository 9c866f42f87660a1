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
 * What stands in the folder, without its content. Links are followed. Paths are relative to the folder, with {@code /}.
 *
 * @param manifests YAML files
 * @param secrets files {@code secrets/NAME/KEY}
 * @param unreadable folders that could not be listed: what is in them is unknown, not gone
 * @param directories every folder seen, by the path to watch, with what tells it from a successor
 */
record FolderListing(
        SortedMap<String, FileStamp> manifests,
        SortedMap<String, FileStamp> secrets,
        SortedMap<String, String> unreadable,
        Map<Path, Object> directories) {
    static final String SECRETS = "secrets";

    private static final int MAX_DEPTH = 32;

    /** Null where the folder itself is not there. */
    static @Nullable FolderListing of(Path root) {
        if (!Files.isDirectory(root)) {
            return null;
        }
        FolderListing listing = new FolderListing(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new HashMap<>());
        try {
            Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, new Visitor(root, listing));
        } catch (IOException e) {
            return null;
        }
        return Files.isDirectory(root) ? listing : null;
    }

    static String relative(Path root, Path path) {
        return root.relativize(path).toString().replace(root.getFileSystem().getSeparator(), "/");
    }

    static boolean isManifest(String name) {
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"));
    }

    /** Whether a path is one that could not be looked at. */
    boolean isUnknown(String path) {
        return unreadable.keySet().stream().anyMatch(p -> p.isEmpty() || path.equals(p) || path.startsWith(p + "/"));
    }

    /** Whether a folder for a Secret is there, be it empty: then someone took its keys away, and no volume is unmounted. */
    boolean hasSecretFolder(Path root) {
        Path secretsFolder = root.resolve(SECRETS);
        return directories.keySet().stream().anyMatch(p -> secretsFolder.equals(p.getParent()));
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final FolderListing listing;

        Visitor(Path root, FolderListing listing) {
            this.root = root;
            this.listing = listing;
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
            if (!attributes.isRegularFile() || isHidden(file)) {
                return FileVisitResult.CONTINUE;
            }
            String path = relative(root, file);
            if (path.startsWith(SECRETS + "/")) {
                if (root.relativize(file).getNameCount() == 3) {
                    listing.secrets.put(path, FileStamp.of(attributes));
                }
            } else if (isManifest(String.valueOf(file.getFileName()))) {
                listing.manifests.put(path, FileStamp.of(attributes));
            }
            return FileVisitResult.CONTINUE;
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
