package dev.kitsune.model.release;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
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
        return new HeldObjects(change.with(catalog, objects, problems), HashTreePMap.from(held));
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
        if (manifest.spec() instanceof VirtualEnvironment spec) {
            return switch (key.kind()) {
                case Environment ->
                    key.name().equals(spec.base().environment())
                            ? "spec.environment"
                            : isFrozenIn(manifest.key(), key.name()) ? "spec.release" : null;
                case VirtualEnvironment ->
                    key.virtualEnvironmentName().equals(spec.base().parent()) ? "spec.parent" : null;
                case AppDeployment -> released(manifest.key(), key);
                case Adapter -> {
                    for (Map.Entry<String, VirtualEnvironment.ComponentOverride> of :
                            spec.components().entrySet()) {
                        Map<String, Dependency> own = of.getValue().dependencies();
                        if (own != null && calls(own, key)) {
                            yield "spec.components." + of.getKey() + ".dependencies." + key.name();
                        }
                    }
                    yield null;
                }
                default -> null;
            };
        }
        if (manifest.spec() instanceof AppDeployment spec && key.kind() == Kind.Adapter) {
            for (Map.Entry<String, AppDeployment.Component> of :
                    spec.components().entrySet()) {
                if (calls(of.getValue().dependencies(), key)) {
                    return "spec.components." + of.getKey() + ".dependencies." + key.name();
                }
            }
        }
        return null;
    }

    /** The environment of a frozen release also decides who may select the virtual environment. */
    private boolean isFrozenIn(ObjectKey virtualEnvironment, String environment) {
        return statuses(virtualEnvironment.virtualEnvironmentName())
                .map(ReleaseStatus::active)
                .filter(Objects::nonNull)
                .map(ReleaseEntry::frozen)
                .anyMatch(frozen -> frozen != null && frozen.environment().equals(environment));
    }

    /** A Stable release does not need the objects that it froze. */
    private @Nullable String released(ObjectKey virtualEnvironment, ObjectKey deployment) {
        boolean needs = virtualEnvironment.namespace().equals(deployment.namespace())
                && statuses(virtualEnvironment.virtualEnvironmentName())
                        .map(ReleaseStatus::active)
                        .anyMatch(active -> active != null && needs(active, deployment.name()));
        return needs ? "spec.release" : null;
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

    private static boolean needs(ReleaseEntry active, String deployment) {
        return active.frozen() == null
                && active.wanted().apps().values().stream()
                        .anyMatch(a -> a.appDeployment().equals(deployment));
    }

    private static boolean calls(Map<String, Dependency> dependencies, ObjectKey adapter) {
        Dependency found = dependencies.get(adapter.name());
        return found != null && found.type() == DependencyType.Adapter;
    }
}
