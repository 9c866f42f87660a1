package dev.kitsune.xds.state;

import dev.kitsune.model.expiry.SightingListener;
import dev.kitsune.model.expiry.SightingStore;
import dev.kitsune.model.expiry.Sightings;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.xds.state.StateJson.BadStateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.pcollections.PMap;

/**
 * The times at which objects were first seen and virtual environments were used, in one file of the state folder. Only
 * one process writes it. That process began with its content, so no merge is needed.
 */
public final class SightingsFile implements SightingStore {
    private final StateFolder folder;
    private final Path file;
    private List<Problem> problems = List.of();
    private boolean isAside;

    public SightingsFile(StateFolder folder) {
        this.folder = folder;
        this.file = folder.root().resolve("seen.json");
    }

    @Override
    public Optional<Sightings> load() {
        problems = List.of();
        try {
            return Optional.of(StateJson.seen(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (BadStateException | IOException e) {
            problems = List.of(StateProblems.unreadable(
                    file,
                    "the times at which virtual environments were seen and used cannot be read from this file: "
                            + (e instanceof IOException ? "it cannot be read" : e.getMessage())
                            + "; all of them count as seen now, and none has expired. Its text is saved as "
                            + Disk.aside(file).getFileName() + ", and this problem remains until a restart"));
            return Optional.empty();
        }
    }

    @Override
    public List<Problem> problems() {
        return problems;
    }

    /**
     * Whenever the process ends, either the old or the new file exists. A file that could not be parsed is not lost.
     */
    @Override
    public Optional<String> keep(Sightings sightings) {
        try {
            folder.ready();
            if (!problems.isEmpty() && !isAside) {
                folder.disk().setAside(file);
                isAside = true;
            }
            folder.disk().replace(file, StateJson.of(sightings));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Disk.why(e));
        }
    }

    /** Every process finds them by the stored times. */
    @Override
    public PMap<ObjectKey, Expired> expired(PMap<ObjectKey, Expired> found) {
        return found;
    }

    @Override
    public void watch(SightingListener listener) {
        byte[][] last = {{}};
        folder.look(() -> {
            try {
                byte[] text = Files.readAllBytes(file);
                if (!Arrays.equals(text, last[0])) {
                    last[0] = text;
                    listener.kept(StateJson.seen(text));
                }
            } catch (BadStateException | IOException e) {
                // A file that cannot be read now is read again later.
            }
        });
    }
}
