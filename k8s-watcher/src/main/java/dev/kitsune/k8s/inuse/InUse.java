package dev.kitsune.k8s.inuse;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which objects need which, and which of them have the finalizer. Not thread-safe. */
final class InUse {
    /** Finds the object that has a name. */
    @FunctionalInterface
    interface NameOwner {
        /** Returns null if none has it. */
        @Nullable
        ObjectKey of(VirtualEnvironmentName name);
    }

    /** What should be done with the finalizer of an object. */
    enum Remedy {
        NOTHING,
        SET,
        /** Nobody waits for this, because the object is not deleted. */
        REMOVE,
        /** The deletion of the object waits for this. */
        REMOVE_NOW
    }

    /**
     * An object that exists.
     *
     * @param needs see {@link dev.kitsune.model.release.NeededObjects}
     */
    private record InUseObject(boolean deleted, boolean finalizer, Set<ObjectKey> needs) {}

    private static final Set<ObjectKey> NONE = Set.of();

    private final NameOwner owners;
    private final Map<ObjectKey, InUseObject> objects = new HashMap<>();
    private final Map<ObjectKey, Set<ObjectKey>> readers = new HashMap<>();
    private final Map<VirtualEnvironmentName, Set<ObjectKey>> claimants = new HashMap<>();
    /** Those whose deletion waits. There are few of them. */
    private final Set<ObjectKey> waiting = new HashSet<>();

    private final Set<String> endingNamespaces = new HashSet<>();
    private final Set<Kind> endingKinds = new HashSet<>();

    InUse(NameOwner owners) {
        this.owners = owners;
    }

    /** Returns the objects whose finalizer may have to change. */
    Set<ObjectKey> put(ObjectKey key, boolean deleted, boolean finalizer, Set<ObjectKey> needs) {
        Set<ObjectKey> affected = forget(key);
        objects.put(key, new InUseObject(deleted, finalizer, Set.copyOf(needs)));
        needs.forEach(one -> readers.computeIfAbsent(one, of -> new HashSet<>()).add(key));
        if (key.kind() == Kind.VirtualEnvironment) {
            claimants
                    .computeIfAbsent(key.virtualEnvironmentName(), name -> new HashSet<>())
                    .add(key);
        }
        if (deleted && finalizer) {
            waiting.add(key);
        }
        needs.forEach(one -> affected.addAll(named(one)));
        affected.add(key);
        affected.addAll(waiting);
        return affected;
    }

    /** The same for an object that has gone. */
    Set<ObjectKey> remove(ObjectKey key) {
        Set<ObjectKey> affected = forget(key);
        affected.addAll(waiting);
        return affected;
    }

    private Set<ObjectKey> forget(ObjectKey key) {
        Set<ObjectKey> affected = new HashSet<>();
        InUseObject before = objects.remove(key);
        if (before != null) {
            for (ObjectKey one : before.needs()) {
                readers.computeIfPresent(one, (of, all) -> {
                    all.remove(key);
                    return all.isEmpty() ? null : all;
                });
                affected.addAll(named(one));
            }
        }
        if (key.kind() == Kind.VirtualEnvironment) {
            claimants.computeIfPresent(key.virtualEnvironmentName(), (name, all) -> {
                all.remove(key);
                return all.isEmpty() ? null : all;
            });
        }
        waiting.remove(key);
        return affected;
    }

    /** Returns the objects that a need may be about. */
    private Set<ObjectKey> named(ObjectKey needed) {
        return needed.kind() == Kind.VirtualEnvironment
                ? claimants.getOrDefault(needed.virtualEnvironmentName(), NONE)
                : Set.of(needed);
    }

    /** The same for a namespace that is being deleted, or is not any more. */
    Set<ObjectKey> end(String namespace, boolean ends) {
        boolean unused = ends ? endingNamespaces.add(namespace) : endingNamespaces.remove(namespace);
        Set<ObjectKey> affected = new HashSet<>(objects.keySet());
        affected.removeIf(key -> !key.namespace().equals(namespace));
        return affected;
    }

    /** The same for a kind whose definition is being deleted, or is not any more. */
    Set<ObjectKey> end(Kind kind, boolean ends) {
        if (!(ends ? endingKinds.add(kind) : endingKinds.remove(kind))) {
            return Set.of();
        }
        Set<ObjectKey> affected = new HashSet<>(objects.keySet());
        affected.removeIf(key -> key.kind() != kind);
        return affected;
    }

    boolean isEnding(Kind kind) {
        return endingKinds.contains(kind);
    }

    /** Returns those of a kind whose deletion waits. */
    List<ObjectKey> waiting(Kind kind) {
        return waiting.stream().filter(key -> key.kind() == kind).toList();
    }

    Set<ObjectKey> all() {
        return Set.copyOf(objects.keySet());
    }

    /** Says what should be done now. */
    Remedy remedy(ObjectKey key) {
        InUseObject object = objects.get(key);
        if (object == null) {
            return Remedy.NOTHING;
        }
        boolean ends = endingNamespaces.contains(key.namespace()) || endingKinds.contains(key.kind());
        if (object.deleted()) {
            return object.finalizer() && (ends || !isNeededByLiving(key)) ? Remedy.REMOVE_NOW : Remedy.NOTHING;
        }
        boolean wanted = !ends && !readers(key).isEmpty();
        if (wanted == object.finalizer()) {
            return Remedy.NOTHING;
        }
        return wanted ? Remedy.SET : ends ? Remedy.REMOVE_NOW : Remedy.REMOVE;
    }

    private List<ObjectKey> readers(ObjectKey key) {
        Set<ObjectKey> all;
        if (key.kind() != Kind.VirtualEnvironment) {
            all = readers.getOrDefault(key, NONE);
        } else if (key.equals(owners.of(key.virtualEnvironmentName()))) {
            all = readers.getOrDefault(new ObjectKey(key.kind(), "", key.name()), NONE);
        } else {
            all = NONE; // Its children have another parent of this name.
        }
        List<ObjectKey> others = new ArrayList<>(all);
        others.remove(key);
        return others;
    }

    /** Whether an object needs it that is not deleted itself, directly or through others. Deleted ones may need each other. */
    private boolean isNeededByLiving(ObjectKey key) {
        Set<ObjectKey> seen = new HashSet<>(Set.of(key));
        List<ObjectKey> open = new ArrayList<>(List.of(key));
        while (!open.isEmpty()) {
            for (ObjectKey reader : readers(open.remove(open.size() - 1))) {
                InUseObject object = objects.get(reader);
                if (object != null && !object.deleted()) {
                    return true;
                }
                if (seen.add(reader)) {
                    open.add(reader);
                }
            }
        }
        return false;
    }
}
