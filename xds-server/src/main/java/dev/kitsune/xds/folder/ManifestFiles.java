package dev.kitsune.xds.folder;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The last good objects of every YAML file. A file is parsed again only if its stamp has changed. */
final class ManifestFiles {
    /**
     * @param good the number of objects, from the first, whose current version is valid
     * @param lastGood the last good versions that were known when the file was read
     */
    private record ReadFile(
            FileStamp stamp, long readAtMillis, List<Manifest<?>> objects, int good, List<Manifest<?>> lastGood) {
        boolean isBad() {
            return good < objects.size();
        }
    }

    private record Unsettled(FileStamp stamp, long deadline) {}

    private final Path root;
    private final Known known;
    private final long graceNanos;
    private final Claims claims;
    private final Map<String, ReadFile> entries = new HashMap<>();

    /** The files with invalid objects. */
    private final Map<String, ReadFile> bad = new HashMap<>();

    private final SortedMap<String, List<Problem>> problems = new TreeMap<>();
    private final Map<String, Unsettled> unsettled = new HashMap<>();
    private boolean first = true;

    ManifestFiles(Path root, long graceNanos, Claims claims, Known known) {
        this.known = known;
        this.root = root;
        this.graceNanos = graceNanos;
        this.claims = claims;
    }

    Stream<Problem> problems() {
        return problems.values().stream().flatMap(List::stream);
    }

    Stream<Long> deadlines() {
        return unsettled.values().stream().map(Unsettled::deadline);
    }

    /** Updates all files to their current content. */
    void update(FolderListing listing, long now) {
        listing.manifests().forEach((path, stamp) -> {
            ReadFile entry = entries.get(path);
            if (entry == null
                    || !entry.stamp().equals(stamp)
                    || stamp.mayHideAWriteAfter(entry.readAtMillis())
                    || (problems.containsKey(path) && !entry.lastGood().equals(known.lastGoodIn(path)))) {
                read(path, stamp, now);
            }
        });
        for (String path : Set.copyOf(entries.keySet())) {
            if (!listing.manifests().containsKey(path) && !listing.isUnknown(path)) {
                forget(path);
            }
        }
        unsettled.keySet().retainAll(listing.manifests().keySet());
        first = false;
    }

    /** Reads one file again. Returns false if the whole folder must be scanned. */
    boolean update(String path, long now) {
        Path file = root.resolve(path);
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                return false;
            }
            read(path, FileStamp.of(attributes), now);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void read(String path, FileStamp stamp, long now) {
        long readAt = System.currentTimeMillis();
        byte[] bytes;
        try {
            bytes = FileContent.read(root.resolve(path), FileContent.MAX_MANIFESTS);
        } catch (IOException e) {
            // Marks the file as old, so that each scan tries again, because a new permission does not change the stamp.
            keep(path, stamp, 0, unreadable(path, "it cannot be read: " + FileContent.words(e)));
            return;
        }
        if (bytes == null || !looksWhole(path, stamp, bytes, now)) {
            return;
        }
        String text = FileContent.text(bytes);
        if (text == null) {
            keep(path, stamp, readAt, unreadable(path, "it is neither UTF-8 nor UTF-16; save it as UTF-8"));
            return;
        }
        ReadResult result = ManifestReader.read(path, text);
        List<Manifest<?>> lastGood = known.lastGoodIn(path);
        List<Manifest<?>> objects = objects(lastGood, result);
        long good = objects.stream().filter(result.manifests()::contains).count();
        replace(
                path,
                new ReadFile(stamp, readAt, objects, result.complete() ? (int) good : 0, lastGood),
                result.problems());
    }

    /**
     * A file without a final line break may be half written, so it must be unchanged for the grace period. This does
     * not apply to the first read, when nothing is served yet.
     */
    private boolean looksWhole(String path, FileStamp stamp, byte[] bytes, long now) {
        Unsettled waiting = unsettled.remove(path);
        if (first || FileContent.endsWithLine(bytes)) {
            return true;
        }
        if (waiting != null && waiting.stamp().equals(stamp)) {
            if (waiting.deadline() - now <= 0) {
                return true;
            }
            unsettled.put(path, waiting);
        } else {
            unsettled.put(path, new Unsettled(stamp, now + graceNanos));
        }
        return false;
    }

    /** Returns the objects of a file. An invalid object is replaced by its last good version. */
    private static List<Manifest<?>> objects(List<Manifest<?>> before, ReadResult result) {
        if (!result.complete() && !before.isEmpty()) {
            return before;
        }
        Set<ObjectKey> bad = new HashSet<>();
        boolean nameless = false;
        for (Problem problem : result.problems()) {
            if (problem.isError()) {
                nameless |= problem.object() == null;
                if (problem.object() != null) {
                    bad.add(problem.object());
                }
            }
        }
        List<Manifest<?>> objects = new ArrayList<>(result.manifests());
        Set<ObjectKey> good = objects.stream().map(Manifest::key).collect(Collectors.toSet());
        for (Manifest<?> manifest : before) {
            // An object without a readable name may be any of the file's earlier objects.
            if (!good.contains(manifest.key()) && (nameless || bad.contains(manifest.key()))) {
                objects.add(manifest);
            }
        }
        return objects;
    }

    private List<Manifest<?>> objects(String path) {
        ReadFile entry = entries.get(path);
        return entry == null ? List.of() : entry.objects();
    }

    /** The objects whose current version is invalid, so that their last good versions are used. */
    Set<ObjectKey> standIns() {
        Set<ObjectKey> keys = new HashSet<>();
        for (ReadFile entry : bad.values()) {
            entry.objects().subList(entry.good(), entry.objects().size()).forEach(m -> keys.add(m.key()));
        }
        return keys;
    }

    private void keep(String path, FileStamp stamp, long readAt, Problem problem) {
        unsettled.remove(path);
        List<Manifest<?>> lastGood = known.lastGoodIn(path);
        replace(path, new ReadFile(stamp, readAt, lastGood, 0, lastGood), List.of(problem));
    }

    private void replace(String path, ReadFile entry, List<Problem> found) {
        claims.replace(objects(path), entry.objects());
        entries.put(path, entry);
        if (entry.isBad()) {
            bad.put(path, entry);
        } else {
            bad.remove(path);
        }
        if (found.isEmpty()) {
            problems.remove(path);
        } else {
            problems.put(path, found);
        }
    }

    private void forget(String path) {
        claims.replace(objects(path), List.of());
        entries.remove(path);
        bad.remove(path);
        problems.remove(path);
    }

    private static Problem unreadable(String path, String why) {
        return new Problem(ProblemCode.UnreadableFile, new Position(path, 1, 1), null, why);
    }
}
