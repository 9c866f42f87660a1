package dev.kitsune.xds.release;

import dev.kitsune.model.expiry.Expirations;
import dev.kitsune.model.expiry.Seen;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.xds.release.StateJson.BadStateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** When virtual environments were seen and used: one file in the state folder. */
public final class SeenFile {
    /** At least so often it is kept, while there is a process that sees uses. */
    public static final Duration BEAT = Duration.ofMinutes(1);

    private final Path file;
    private final Disk disk;
    private List<Problem> problems = List.of();
    private boolean isAside;

    /**
     * What the file says.
     *
     * @param alive until when the process that wrote it was there to see uses
     */
    public record Kept(Instant alive, Map<ObjectKey, Seen> seen) {
        public Kept {
            Objects.requireNonNull(alive, "alive");
            seen = Map.copyOf(seen);
        }

        /** Whether a process that keeps it at each {@link SeenFile#BEAT} is still there. */
        public boolean isAlive(Instant now) {
            return Duration.between(alive, now).compareTo(BEAT.multipliedBy(2)) <= 0;
        }

        /** As it goes on: the time since does not count as idle, because nobody was there to see uses. */
        public Expirations awayUntil(Instant now) {
            Expirations then = Expirations.kept(seen);
            return alive.isBefore(now) ? then.away(Duration.between(alive, now), now) : then;
        }
    }

    public SeenFile(Path stateFolder) {
        this(stateFolder, new Disk());
    }

    SeenFile(Path stateFolder, Disk disk) {
        this.file = stateFolder.resolve("seen.json");
        this.disk = disk;
    }

    /** What was kept last; empty where nothing was, or nothing that can be understood, which is a problem. */
    public Optional<Kept> load() {
        problems = List.of();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(StateJson.seen(Files.readAllBytes(file)));
        } catch (BadStateException | IOException e) {
            problems = List.of(new Problem(
                    ProblemCode.UnreadableFile,
                    new Position(file.toString(), 1, 1),
                    null,
                    "when virtual environments were seen and used is not known from this file: "
                            + (e instanceof IOException ? "it cannot be read" : e.getMessage())
                            + "; they count as seen now, and none has expired. Its text is put aside as "
                            + Disk.aside(file).getFileName() + ", and this is said until a restart"));
            return Optional.empty();
        }
    }

    /** What is wrong with what was loaded. */
    public List<Problem> problems() {
        return problems;
    }

    /** Whenever the process ends, there is the old file or the new one. What could not be understood is not lost. */
    public void keep(Kept kept) throws IOException {
        if (!problems.isEmpty() && !isAside) {
            disk.setAside(file);
            isAside = true;
        }
        disk.replace(file, StateJson.of(kept));
    }
}
