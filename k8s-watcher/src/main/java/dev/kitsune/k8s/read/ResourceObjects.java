package dev.kitsune.k8s.read;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The custom resources of one kind. One that cannot be read keeps its last readable version, or else has the version in
 * its status that was served last.
 */
public final class ResourceObjects extends CollectedObjects<GenericKubernetesResource> {
    private final Kind kind;
    private final CatalogDraft draft;
    private final SecretNeeds needs;
    private final ResourceListener listener;
    private final Set<ObjectKey> present = new HashSet<>();
    /** The revision of each resource that can be read. */
    private final Map<ObjectKey, String> revisions = new HashMap<>();

    private final Map<ObjectKey, List<Problem>> problems = new HashMap<>();
    private final Set<ObjectKey> standIns = new HashSet<>();
    /** Those that exist until nothing needs them any more. */
    private final Set<ObjectKey> deleted = new HashSet<>();
    /** The resources that were lost with their definition, and have not been created again. */
    private final Set<ObjectKey> orphans = new HashSet<>();

    ResourceObjects(Kind kind, CatalogDraft draft, SecretNeeds needs, ResourceListener listener) {
        super(place(kind));
        this.kind = kind;
        this.draft = draft;
        this.needs = needs;
        this.listener = listener;
    }

    static String place(Kind kind) {
        return "CustomResourceDefinition/" + definition(kind);
    }

    /** Returns the name of the definition of a kind. */
    public static String definition(Kind kind) {
        return plural(kind) + "." + Kind.GROUP;
    }

    /** Returns the name of a kind in the paths of the API server. */
    public static String plural(Kind kind) {
        return kind.name().toLowerCase(java.util.Locale.ROOT) + "s";
    }

    /** Returns the key of a resource of a kind. */
    public static ObjectKey key(Kind kind, ObjectMeta metadata) {
        return new ObjectKey(kind, kind.namespaced() ? metadata.getNamespace() : "", metadata.getName());
    }

    /**
     * The definition was deleted and created again, which deletes every resource. That is an accident far more often
     * than a wish, so what was served stays in force until it is created again.
     */
    public void lose() {
        orphans.addAll(present);
    }

    @Override
    void replace(List<GenericKubernetesResource> all) {
        Set<ObjectKey> gone = new HashSet<>(present);
        for (GenericKubernetesResource resource : all) {
            put(resource);
            gone.remove(key(resource));
        }
        gone.removeAll(orphans);
        gone.forEach(this::remove);
    }

    @Override
    public void put(GenericKubernetesResource resource) {
        ObjectKey key = key(resource);
        orphans.remove(key);
        present.add(key);
        boolean changed =
                resource.getMetadata().getDeletionTimestamp() == null ? deleted.remove(key) : deleted.add(key);
        if (changed) {
            draft.touch(key);
        }
        String revision = ReadResource.revision(resource.getMetadata());
        if (!revision.equals(revisions.get(key))) {
            put(ReadResource.of(kind, resource), revision);
        }
        Manifest<?> served = draft.manifest(key);
        if (served == null) {
            listener.unreadable(key, resource);
        } else {
            listener.put(key, resource, standIns.contains(key) ? null : served);
        }
    }

    private void put(ReadResource read, String revision) {
        ObjectKey key = read.key();
        Manifest<?> manifest = read.manifest();
        if (manifest != null) {
            revisions.put(key, revision);
            standIns.remove(key);
        } else {
            revisions.remove(key);
            manifest = read.lastGood() == null ? draft.manifest(key) : read.lastGood();
            if (manifest != null) {
                standIns.add(key);
            }
        }
        if (read.problems().isEmpty()) {
            problems.remove(key);
        } else {
            problems.put(key, read.problems());
        }
        draft.put(key, manifest, read.created());
        needs.update(key, manifest);
    }

    @Override
    public void remove(GenericKubernetesResource resource) {
        remove(key(resource));
    }

    private void remove(ObjectKey key) {
        present.remove(key);
        revisions.remove(key);
        problems.remove(key);
        standIns.remove(key);
        deleted.remove(key);
        draft.put(key, null, null);
        needs.update(key, null);
        listener.removed(key);
    }

    private ObjectKey key(GenericKubernetesResource resource) {
        return key(kind, resource.getMetadata());
    }

    Stream<ObjectKey> standIns() {
        return standIns.stream();
    }

    /** Returns the readable ones that are deleted and still exist. */
    Stream<ObjectKey> deleted() {
        return deleted.stream().filter(key -> draft.manifest(key) != null);
    }

    @Override
    Stream<Problem> problems() {
        Stream<Problem> lost = orphans.isEmpty()
                ? Stream.empty()
                : Stream.of(
                        problem(
                                ProblemCode.EmptyFolder,
                                "the definition was deleted and created again, and " + orphans.size()
                                        + " of its objects were not,"
                                        + " such as " + orphans.iterator().next()
                                        + "; they are still served: create them again, or restart Kitsune to serve them no more"));
        return Stream.of(super.problems(), lost, problems.values().stream().flatMap(List::stream))
                .flatMap(s -> s);
    }
}
