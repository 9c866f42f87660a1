package dev.kitsune.xds.release;

import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.Request;
import dev.kitsune.xds.release.StateJson.BadStateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state in a folder: a file for each virtual environment under {@code releases}, one for each request under
 * {@code requests}. What changes several environments goes to {@code journal.json} first, which the next start completes.
 */
public final class StateFolder implements ReleaseStore {
    private static final String SUFFIX = ".json";

    private final Path root;
    private final Path releases;
    private final Path requests;
    private final Path journal;
    private final Disk disk;
    private final List<Problem> problems = new ArrayList<>();

    /** What could not be understood: it is not lost when its environment gets a new state. */
    private final Set<Path> unreadable = new HashSet<>();

    private @Nullable FileChannel lock;
    private @Nullable RequestWatch watch;

    /** What could not be kept, and is to be kept with the next change. */
    private final Set<String> owed = new HashSet<>();

    /** Where the state of a folder of environments is, when nobody says otherwise: where no manifests are read. */
    public static Path of(Path environments) {
        return environments.resolve(".kitsune");
    }

    public StateFolder(Path root) {
        this(root, new Disk());
    }

    StateFolder(Path root, Disk disk) {
        this.root = root;
        this.releases = root.resolve("releases");
        this.requests = root.resolve("requests");
        this.journal = root.resolve("journal.json");
        this.disk = disk;
    }

    /** Takes the folder for a process that serves: for one at a time. */
    public StateFolder open() throws IOException {
        create();
        FileChannel channel =
                FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock = channel;
        try {
            if (channel.tryLock() == null) {
                throw new IOException("another process serves from it");
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("another control plane of this process serves from it", e);
        }
        return this;
    }

    private void create() throws IOException {
        Files.createDirectories(releases);
        Files.createDirectories(requests);
    }

    @Override
    public void listen(Runnable call) throws IOException {
        watch = RequestWatch.start(requests, () -> {
            if (!requests().isEmpty()) {
                call.run();
            }
        });
    }

    @Override
    public void close() {
        try {
            if (watch != null) {
                watch.close();
            }
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Map<String, ReleaseStatus> load() {
        problems.clear();
        unreadable.clear();
        Map<String, ReleaseStatus> statuses = new TreeMap<>();
        for (Path file : files(releases)) {
            String name = name(file);
            Map<String, @Nullable ReleaseStatus> read = read(file);
            ReleaseStatus status = read == null ? null : read.get(name);
            if (status != null) {
                statuses.put(name, status);
            }
        }
        Map<String, @Nullable ReleaseStatus> half = Files.exists(journal) ? read(journal) : null;
        if (half != null) {
            half.forEach((name, status) -> {
                if (status == null) {
                    statuses.remove(name);
                } else {
                    statuses.put(name, status);
                }
                owed.add(name);
            });
        }
        return statuses;
    }

    private @Nullable Map<String, @Nullable ReleaseStatus> read(Path file) {
        try {
            return StateJson.statuses(Files.readAllBytes(file));
        } catch (BadStateException | IOException e) {
            unreadable.add(file);
            problems.add(new Problem(
                    ProblemCode.UnreadableFile,
                    new Position(file.toString(), 1, 1),
                    null,
                    "the state of releases in this file is not obeyed: "
                            + (e instanceof IOException ? "it cannot be read" : e.getMessage())
                            + "; what the virtual environment's file releases is taken as new. Mend it and restart, or"
                            + " delete it"));
            return null;
        }
    }

    @Override
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    @Override
    public void keep(Collection<String> changed, Map<String, ReleaseStatus> all) throws IOException {
        owed.addAll(changed);
        if (owed.isEmpty()) {
            return;
        }
        Map<String, @Nullable ReleaseStatus> next = new TreeMap<>();
        owed.forEach(name -> next.put(name, all.get(name)));
        boolean several = next.size() > 1 || Files.exists(journal);
        if (several) {
            disk.replace(journal, StateJson.of(next));
        }
        for (Map.Entry<String, @Nullable ReleaseStatus> of : next.entrySet()) {
            keep(releases.resolve(of.getKey() + SUFFIX), of.getKey(), of.getValue());
        }
        disk.sync(releases);
        if (several) {
            disk.delete(journal);
            disk.sync(root.toAbsolutePath());
        }
        owed.clear();
    }

    private void keep(Path file, String name, @Nullable ReleaseStatus status) throws IOException {
        if (status == null) {
            disk.delete(file);
            return;
        }
        Map<String, @Nullable ReleaseStatus> one = new HashMap<>();
        one.put(name, status);
        if (unreadable.contains(file)) {
            disk.setAside(file);
            unreadable.remove(file);
        }
        disk.replace(file, StateJson.of(one));
    }

    @Override
    public List<Request> requests() {
        List<Request> found = new ArrayList<>();
        for (Path file : files(requests)) {
            try {
                found.add(StateJson.request(Files.readAllBytes(file)));
            } catch (BadStateException | IOException e) {
                // Only a command writes here, at once: what is no request is left for who put it there.
            }
        }
        return found;
    }

    @Override
    public void taken(Collection<Request> taken) throws IOException {
        for (Request request : taken) {
            Path file = requests.resolve(request.environment() + SUFFIX);
            try {
                if (StateJson.request(Files.readAllBytes(file)).id().equals(request.id())) {
                    disk.delete(file);
                }
            } catch (BadStateException | NoSuchFileException e) {
                // Another one took its place, or it is gone already.
            }
        }
    }

    /** Leaves a request for the process that serves; one of the same environment that was not taken yet is replaced. */
    public void ask(Request request) throws IOException {
        create();
        disk.replace(requests.resolve(request.environment() + SUFFIX), StateJson.of(request));
    }

    /** Waits until a look at the state has an outcome. Events say when to look again, and so does each second. */
    public <T> T follow(Supplier<Optional<T>> look) throws IOException, InterruptedException {
        create();
        try (WatchService service = releases.getFileSystem().newWatchService()) {
            releases.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            while (true) {
                Optional<T> outcome = look.get();
                if (outcome.isPresent()) {
                    return outcome.get();
                }
                WatchKey key = service.poll(1, TimeUnit.SECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
            }
        }
    }

    private static String name(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.length() - SUFFIX.length());
    }

    private static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> !String.valueOf(f.getFileName()).startsWith("."))
                    .filter(f -> f.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
