package dev.kitsune.xds.folder;

import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The values in {@code secrets/NAME/KEY}. A key that is missing or suddenly empty keeps its value for the grace period,
 * because a rewrite in place looks like that for a moment. While the whole folder of secrets is missing or empty, all
 * values are kept. If the folder of a Secret exists without keys, the Secret was removed on purpose, even if it was the
 * last one, and the removal takes effect.
 */
final class SecretFiles {
    private record ReadSecret(FileStamp stamp, long readAtMillis, SecretValue value) {}

    private final Path root;
    private final long graceNanos;
    private final SortedMap<String, ReadSecret> entries = new TreeMap<>();
    private final Map<String, Long> deadlines = new HashMap<>();
    private final SortedMap<String, Problem> problems = new TreeMap<>();
    private PMap<SecretId, Secret> secrets = HashTreePMap.empty();
    private boolean held;

    SecretFiles(Path root, long graceNanos) {
        this.root = root;
        this.graceNanos = graceNanos;
    }

    PMap<SecretId, Secret> secrets() {
        return secrets;
    }

    boolean held() {
        return held;
    }

    Stream<Problem> problems() {
        return problems.values().stream();
    }

    Stream<Long> deadlines() {
        return held ? Stream.empty() : deadlines.values().stream();
    }

    /** Updates all secrets to their current content. Returns the secrets whose values have changed. */
    Set<SecretId> update(FolderListing listing, long now) {
        boolean hold = !entries.isEmpty() && !listing.hasSecretFolder(root);
        if (held && !hold) {
            deadlines.replaceAll((path, deadline) -> now + graceNanos);
        }
        held = hold;
        if (held) {
            return Set.of();
        }
        Set<String> touched = new HashSet<>();
        problems.keySet().retainAll(listing.secrets().keySet());
        listing.secrets().forEach((path, stamp) -> {
            ReadSecret known = entries.get(path);
            if (known == null || !known.stamp().equals(stamp) || stamp.mayHideAWriteAfter(known.readAtMillis())) {
                read(path, stamp, now, touched);
            } else {
                deadlines.remove(path);
            }
        });
        for (String path : Set.copyOf(entries.keySet())) {
            if (!listing.secrets().containsKey(path) && !listing.isUnknown(path) && graceIsOver(path, now)) {
                entries.remove(path);
                touched.add(nameOf(path));
            }
        }
        return change(touched);
    }

    private void read(String path, FileStamp stamp, long now, Set<String> touched) {
        long readAt = System.currentTimeMillis();
        byte[] bytes;
        try {
            bytes = FileContent.read(root.resolve(path), FileContent.MAX_SECRET);
        } catch (IOException e) {
            deadlines.remove(path);
            problems.put(
                    path,
                    new Problem(
                            ProblemCode.UnreadableFile,
                            new Position(path, 1, 1),
                            null,
                            "the secret cannot be read: " + FileContent.words(e)));
            return;
        }
        if (bytes == null) {
            return;
        }
        problems.remove(path);
        SecretValue value = new SecretValue(withoutLastNewline(bytes));
        ReadSecret known = entries.get(path);
        if (value.isEmpty() && known != null && !known.value().isEmpty() && !graceIsOver(path, now)) {
            return;
        }
        deadlines.remove(path);
        if (known == null || !known.value().equals(value)) {
            touched.add(nameOf(path));
        }
        entries.put(path, new ReadSecret(stamp, readAt, value));
    }

    private boolean graceIsOver(String path, long now) {
        long deadline = deadlines.computeIfAbsent(path, p -> now + graceNanos);
        if (deadline - now > 0) {
            return false;
        }
        deadlines.remove(path);
        return true;
    }

    private Set<SecretId> change(Set<String> names) {
        Set<SecretId> changed = new HashSet<>();
        for (String name : names) {
            SecretId id = new SecretId("", name);
            String folder = FolderListing.SECRETS + "/" + name + "/";
            Map<String, SecretValue> keys = new HashMap<>();
            // '0' is the character after '/'.
            entries.subMap(folder, FolderListing.SECRETS + "/" + name + "0")
                    .forEach((path, entry) -> keys.put(path.substring(folder.length()), entry.value()));
            secrets = keys.isEmpty() ? secrets.minus(id) : secrets.plus(id, new Secret(keys));
            changed.add(id);
        }
        return changed;
    }

    private static String nameOf(String path) {
        int start = FolderListing.SECRETS.length() + 1;
        return path.substring(start, path.indexOf('/', start));
    }

    private static byte[] withoutLastNewline(byte[] bytes) {
        int length = bytes.length;
        if (length > 0 && bytes[length - 1] == '\n') {
            length -= length > 1 && bytes[length - 2] == '\r' ? 2 : 1;
        }
        return Arrays.copyOf(bytes, length);
    }
}
