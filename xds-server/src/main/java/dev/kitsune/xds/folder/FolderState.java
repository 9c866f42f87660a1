package dev.kitsune.xds.folder;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.SecretId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The served content of the folder, and its updates. Not thread-safe. */
final class FolderState {
    private final Claims claims;
    private final ManifestFiles manifests;
    private final SecretFiles secrets;
    private boolean vanished;
    private List<Problem> unreadable = List.of();
    private @Nullable List<Problem> reported;

    FolderState(Path root, long graceNanos, Known known) {
        this.claims = new Claims(graceNanos, known);
        this.manifests = new ManifestFiles(root, graceNanos, claims, known);
        this.secrets = new SecretFiles(root, graceNanos);
    }

    /** Scans the whole folder. The listing is null if the folder is missing. Returns null if nothing is new. */
    @Nullable
    CatalogChange refresh(@Nullable FolderListing listing, long now) {
        Set<SecretId> changedSecrets = Set.of();
        vanished = listing == null;
        if (listing != null) {
            unreadable = listing.unreadable().entrySet().stream()
                    .map(e -> new Problem(
                            ProblemCode.UnreadableFile,
                            new Position(e.getKey().isEmpty() ? "." : e.getKey(), 1, 1),
                            null,
                            "it cannot be read: " + e.getValue()))
                    .toList();
            manifests.update(listing, now);
            changedSecrets = secrets.update(listing, now);
        }
        return change(claims.settle(now, vanished), changedSecrets);
    }

    /**
     * A scan of the folder failed because of a bug in Kitsune. The served content stays in force, and the next scan
     * tries again.
     */
    CatalogChange failed(Fault fault) {
        List<Problem> all = new ArrayList<>(problems());
        all.add(new Problem(
                ProblemCode.KitsuneFault,
                new Position(".", 1, 1),
                null,
                "the folder cannot be read, its last content is still served, and reading is tried again; "
                        + fault.sentence()));
        all.sort(Problem.ORDER);
        return change(Set.of(), Set.of(), all);
    }

    /** Reads only some YAML files, even if their stamps are unchanged. Returns false if that is not enough. */
    boolean reread(Collection<String> paths, long now) {
        boolean enough = !vanished;
        for (String path : paths) {
            enough &= manifests.update(path, now);
        }
        return enough;
    }

    /** Decides what follows from {@link #reread}. */
    @Nullable
    CatalogChange settle(long now) {
        return change(claims.settle(now, vanished), Set.of());
    }

    /** Returns the nanoseconds until the next scan of the whole folder if nothing else happens. */
    OptionalLong deadline(long now) {
        if (vanished) {
            return OptionalLong.empty();
        }
        return Stream.of(claims.deadlines(), manifests.deadlines(), secrets.deadlines())
                .flatMap(s -> s)
                .mapToLong(deadline -> deadline - now)
                .min();
    }

    private @Nullable CatalogChange change(Set<ObjectKey> objects, Set<SecretId> changedSecrets) {
        List<Problem> problems = problems();
        if (objects.isEmpty() && changedSecrets.isEmpty() && problems.equals(reported)) {
            return null;
        }
        return change(objects, changedSecrets, problems);
    }

    private CatalogChange change(Set<ObjectKey> objects, Set<SecretId> changedSecrets, List<Problem> problems) {
        reported = problems;
        return new CatalogChange(
                new Catalog(claims.catalog(), secrets.secrets(), false),
                objects,
                changedSecrets,
                Set.of(),
                problems,
                manifests.standIns(),
                Set.of());
    }

    private List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(unreadable);
        if (vanished) {
            problems.add(empty(".", "the folder does not exist any more; what it held is still served: restore it"));
        } else if (claims.held()) {
            problems.add(empty(
                    ".",
                    "the folder holds no objects any more; those that it held are still served: restore them, or"
                            + " restart to serve none"));
        }
        if (!vanished && secrets.held()) {
            problems.add(empty(
                    FolderListing.SECRETS,
                    "the folder holds no secrets any more; those that it held are still served: restore them, or"
                            + " restart to serve none"));
        }
        Stream.of(manifests.problems(), claims.conflicts(), secrets.problems())
                .flatMap(s -> s)
                .forEach(problems::add);
        problems.sort(Problem.ORDER);
        return problems;
    }

    private static Problem empty(String folder, String message) {
        return new Problem(ProblemCode.EmptyFolder, new Position(folder, 1, 1), null, message);
    }
}
