package dev.kitsune.model.release;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.problem.Severity;
import dev.kitsune.model.resolve.Resolution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Keeps the last version of a deleted object that an active release or another object still needs. The object that
 * needs it may itself be held.
 */
final class Holding {
    private final Releases before;
    private final @Nullable Resolution resolved;
    private final Handed handed;
    private final PMap<ObjectKey, Manifest<?>> lastGood;
    private final Set<ObjectKey> changed;
    private final Map<ObjectKey, Problem> held = new HashMap<>();
    private PMap<ObjectKey, Manifest<?>> manifests;

    private Holding(Releases before, @Nullable Resolution resolved, CatalogChange change, Handed handed) {
        this.before = before;
        this.handed = handed;
        this.changed = change.objects();
        this.lastGood = change.catalog().lastGood();
        this.resolved = resolved;
        this.manifests = change.catalog().manifests();
    }

    /** @param held the deleted objects that are still needed, each with the problem that names the reader */
    record HeldObjects(CatalogChange change, PMap<ObjectKey, Problem> held) {}

    /** {@code others}: further objects that may be held, besides changed and previously held ones */
    static HeldObjects of(
            Releases before,
            @Nullable Resolution resolved,
            CatalogChange change,
            Handed handed,
            Set<ObjectKey> others) {
        return new Holding(before, resolved, change, handed).hold(change, others);
    }

    private HeldObjects hold(CatalogChange change, Set<ObjectKey> others) {
        Set<ObjectKey> deleted = new TreeSet<>(before.held().keySet());
        deleted.addAll(change.objects());
        deleted.addAll(others);
        deleted.removeIf(key -> manifests.containsKey(key) || !lastGood.containsKey(key));
        for (ObjectKey key : change.deleted()) {
            Problem holder = holder(key);
            if (holder != null) {
                held.put(key, warning(holder));
            }
        }
        boolean more = !deleted.isEmpty();
        while (more) {
            more = false;
            for (ObjectKey key : deleted) {
                Problem holder = held.containsKey(key) ? null : holder(key);
                Manifest<?> last = lastGood.get(key);
                if (holder != null && last != null) {
                    held.put(key, holder);
                    manifests = manifests.plus(key, last);
                    more = true;
                }
            }
        }
        Set<ObjectKey> objects = new HashSet<>(change.objects());
        objects.addAll(before.held().keySet());
        objects.addAll(held.keySet());
        Catalog read = change.catalog();
        Catalog catalog = read.withManifests(manifests);
        List<Problem> problems = new ArrayList<>(change.problems());
        problems.addAll(held.values());
        change.deleted().stream().filter(held::containsKey).map(this::waits).forEach(problems::add);
        return new HeldObjects(change.with(catalog, objects, problems), HashTreePMap.from(held));
    }

    /** While the deleted object exists, nothing is wrong with the one that needs it. */
    private static Problem warning(Problem problem) {
        return new Problem(
                problem.code(),
                Severity.WARNING,
                problem.position(),
                problem.object(),
                problem.field(),
                null,
                problem.message());
    }

    /** A deleted object that exists shows itself why. */
    private Problem waits(ObjectKey key) {
        return new Problem(
                ProblemCode.DeletionHeld,
                Severity.WARNING,
                Objects.requireNonNull(manifests.get(key)).position(),
                key,
                null,
                null,
                "it is deleted, and stays in force as long as something needs it, such as "
                        + Objects.requireNonNull(held.get(key)).object());
    }

    /** Returns the problem that names the first object that needs it. */
    private @Nullable Problem holder(ObjectKey key) {
        Set<ObjectKey> readers = new TreeSet<>(resolved == null ? manifests.keySet() : resolved.readersOf(key));
        // New objects, and decisions of another process, were not resolved here yet. The state that is served until a
        // newer release is saved also differs from the last resolution.
        readers.addAll(changed);
        Stream.of(handed.kept(), handed.unkept())
                .flatMap(statuses -> statuses.keySet().stream())
                .forEach(name -> readers.addAll(before.names().claimants(name)));
        readers.remove(key);
        for (ObjectKey reader : readers) {
            Manifest<?> manifest = manifests.get(reader);
            String field = manifest == null ? null : field(manifest, key);
            if (manifest != null && field != null) {
                return new Problem(
                        ProblemCode.DeletionHeld,
                        manifest.at(field),
                        reader,
                        field,
                        key + " is deleted, and " + reader
                                + " needs it: its last version stays in force until that object no longer names it");
            }
        }
        return null;
    }

    /** Returns the field in which an object names another that it needs; null for none. */
    private @Nullable String field(Manifest<?> manifest, ObjectKey key) {
        ObjectKey named =
                switch (key.kind()) {
                    case VirtualEnvironment -> new ObjectKey(key.kind(), "", key.name());
                    // The index knows whether an override names this one, in the namespace of the app.
                    case Adapter -> new ObjectKey(key.kind(), manifest.key().namespace(), key.name());
                    default -> key;
                };
        String written = NeededObjects.of(manifest).get(named);
        return written != null || manifest.key().kind() != Kind.VirtualEnvironment
                ? written
                : statuses(manifest.key().virtualEnvironmentName())
                        .map(status -> NeededObjects.of(manifest.key().namespace(), status.active())
                                .get(key))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    /**
     * Returns the statuses before this decision, those that are served until the newest one is saved, and those of
     * another process.
     */
    private Stream<ReleaseStatus> statuses(VirtualEnvironmentName virtualEnvironment) {
        return Stream.of(
                        Optional.ofNullable(before.statuses().get(virtualEnvironment)),
                        handed.unkept().getOrDefault(virtualEnvironment, Optional.empty()),
                        handed.kept().getOrDefault(virtualEnvironment, Optional.empty()))
                .flatMap(Optional::stream);
    }
}
