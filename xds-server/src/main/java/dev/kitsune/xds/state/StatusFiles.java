package dev.kitsune.xds.state;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.ReleaseStore.KeepOutcome;
import dev.kitsune.model.release.ReleaseStore.Kept;
import dev.kitsune.xds.state.StateJson.BadStateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The statuses of releases, a file for each virtual environment, and what this process knows of them, so that it can
 * write all of them again.
 */
final class StatusFiles {
    private final StateFiles files;
    private final Path journal;
    private final Disk disk;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<VirtualEnvironmentName, byte[]> known = new ConcurrentHashMap<>();

    /** {@code root}: the state folder */
    StatusFiles(Path root, Disk disk) {
        this.files = new StateFiles(root.resolve("releases"), disk);
        this.journal = root.resolve("journal.json");
        this.disk = disk;
    }

    Path folder() {
        return files.folder();
    }

    void create() throws IOException {
        files.create();
    }

    /** What is wrong with what was loaded. */
    List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** The version of each status that this process knows. */
    Map<VirtualEnvironmentName, String> versions() {
        Map<VirtualEnvironmentName, String> versions = new HashMap<>();
        known.forEach((name, text) -> versions.put(name, StateFiles.version(text)));
        return versions;
    }

    /** Writes all that is known: into a folder that took the place of another. */
    void writeAgain() throws IOException {
        for (Map.Entry<VirtualEnvironmentName, byte[]> of : known.entrySet()) {
            files.replace(of.getKey().value(), of.getValue());
        }
    }

    /** An earlier Kitsune wrote what changed several virtual environments here first. */
    void completeJournal() throws IOException {
        if (Files.exists(journal)) {
            for (Map.Entry<VirtualEnvironmentName, @Nullable ReleaseStatus> of :
                    halfDone().entrySet()) {
                replace(of.getKey(), of.getValue());
            }
            disk.delete(journal);
        }
    }

    private Map<VirtualEnvironmentName, @Nullable ReleaseStatus> halfDone() {
        try {
            return StateJson.statuses(Files.readAllBytes(journal));
        } catch (BadStateException | IOException e) {
            return Map.of();
        }
    }

    /** What cannot be understood is left out, and is a problem. */
    Map<VirtualEnvironmentName, Kept> load() {
        problems.clear();
        Map<VirtualEnvironmentName, Kept> statuses = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : files.load().entrySet()) {
            VirtualEnvironmentName name = new VirtualEnvironmentName(file.getKey());
            Kept kept = read(name, file.getValue());
            if (kept != null) {
                statuses.put(name, kept);
                known.put(name, file.getValue());
            }
        }
        halfDone().forEach((name, status) -> {
            if (status == null) {
                statuses.remove(name);
            } else {
                statuses.put(name, new Kept(status, StateFiles.version(text(name, status))));
            }
        });
        files.unreadable().forEach(this::problem);
        return statuses;
    }

    private @Nullable Kept read(VirtualEnvironmentName name, byte[] text) {
        try {
            ReleaseStatus status = StateJson.statuses(text).get(name);
            return status == null ? null : new Kept(status, StateFiles.version(text));
        } catch (BadStateException e) {
            files.unreadable(name.value(), String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void problem(Path file, String why) {
        problems.add(StateProblems.unreadable(
                file,
                "the state of releases in this file is ignored: " + why
                        + "; the release in the virtual environment's manifest counts as new. Correct the file and"
                        + " restart, or delete it"));
    }

    private static byte[] text(VirtualEnvironmentName name, ReleaseStatus status) {
        Map<VirtualEnvironmentName, @Nullable ReleaseStatus> one = new HashMap<>();
        one.put(name, status);
        return StateJson.of(one);
    }

    /** Keeps a status where what is kept is what the caller knows. */
    KeepOutcome swap(
            VirtualEnvironmentName virtualEnvironment, @Nullable ReleaseStatus status, @Nullable String expected)
            throws IOException {
        byte[] now = files.read(virtualEnvironment.value());
        Kept other = now == null ? null : read(virtualEnvironment, now);
        // What is gone was taken away with its folder, and what cannot be understood counts as nothing.
        if (other != null && !Objects.equals(other.version(), expected)) {
            return new KeepOutcome.Conflict(other);
        }
        return new KeepOutcome.Done(replace(virtualEnvironment, status));
    }

    private @Nullable String replace(VirtualEnvironmentName name, @Nullable ReleaseStatus status) throws IOException {
        if (status == null) {
            files.delete(name.value());
            known.remove(name);
            return null;
        }
        byte[] text = text(name, status);
        files.replace(name.value(), text);
        known.put(name, text);
        return StateFiles.version(text);
    }
}
