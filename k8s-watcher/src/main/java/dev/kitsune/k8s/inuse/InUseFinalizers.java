package dev.kitsune.k8s.inuse;

import dev.kitsune.k8s.inuse.InUse.Remedy;
import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.read.StoredVersion;
import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiWork;
import dev.kitsune.k8s.watch.Definition;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.NeededObjects;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.source.Deciding;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the finalizer on every object that another one needs, and on no other object, while this process decides. It must
 * be set before the deletion, because the API server adds none to a deleted object. What is in force decides who needs
 * what, so this hears of objects from the source, and of the rest by {@link #served}.
 */
public final class InUseFinalizers implements ResourceListener, AutoCloseable {
    /** An object that is not deleted keeps it for a while, because it may soon be needed again. */
    private static final Duration LINGERS = Duration.ofSeconds(5);

    /** The kinds that other objects name. */
    static final Set<Kind> KINDS =
            EnumSet.of(Kind.Environment, Kind.VirtualEnvironment, Kind.AppDeployment, Kind.Adapter);

    /** What is served under a name. */
    public interface ServedOwners {
        /** Returns the object that has a name; null if none has it. */
        @Nullable
        ObjectKey owner(VirtualEnvironmentName name);

        /** Returns the active release under a name; null for none. */
        @Nullable
        ReleaseEntry active(VirtualEnvironmentName name);
    }

    /** An object as it was seen last. {@code versions}: its text, and the last good version that stands in for it */
    private record SeenVersions(boolean deleted, boolean finalizer, List<Manifest<?>> versions) {}

    private final ApiConnection connection;
    private final Deciding deciding;
    private final ServedOwners names;
    private final InUseFinalizer finalizer;
    private final ApiWork<ObjectKey> work = new ApiWork<>("kubernetes-in-use", this::work);

    /** Guarded by this, like all fields below. */
    private final InUse inUse;

    private final Map<ObjectKey, SeenVersions> seen = new HashMap<>();
    private final Set<ObjectKey> undelivered = new HashSet<>();
    private final Map<ObjectKey, Long> unneeded = new HashMap<>();

    /** The kinds of which something was deleted, so that their definition may be, too. */
    private final Set<Kind> suspects = EnumSet.noneOf(Kind.class);

    private boolean served;

    /**
     * Does nothing yet.
     *
     * @param config of a client with the rights of Kitsune
     * @param deciding nothing is written while this process does not decide
     */
    public InUseFinalizers(Config config, Deciding deciding, ServedOwners names) {
        this.connection = new ApiConnection(config);
        this.deciding = deciding;
        this.names = names;
        this.finalizer = new InUseFinalizer(connection.client(AnswerTime.OBJECT));
        this.inUse = new InUse(names::owner);
    }

    @Override
    public synchronized void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
        StoredVersion stored = StoredVersion.of(key, resource);
        List<Manifest<?>> versions = new ArrayList<>();
        if (manifest != null) {
            versions.add(manifest);
        }
        if (stored != null) {
            versions.add(stored.manifest());
        }
        boolean deleted = resource.getMetadata().getDeletionTimestamp() != null;
        SeenVersions now = new SeenVersions(deleted, InUseFinalizer.isOn(resource.getMetadata()), versions);
        SeenVersions before = seen.put(key, now);
        if (!now.equals(before)) {
            undelivered.add(key);
        }
        if ((deleted && (before == null || !before.deleted())) || inUse.isEnding(key.kind())) {
            suspects.add(key.kind());
            work.of(key);
        }
    }

    @Override
    public synchronized void removed(ObjectKey key) {
        if (seen.remove(key) != null) {
            undelivered.add(key);
            suspects.add(key.kind());
            inUse.waiting(key.kind()).forEach(work::of);
        }
    }

    @Override
    public synchronized void namespace(String name, boolean ends) {
        inUse.end(name, ends).forEach(work::of);
    }

    /** Who has a name is known only when a change is delivered. */
    @Override
    public synchronized void delivered() {
        if (served) {
            examine(Set.copyOf(undelivered));
            undelivered.clear();
        }
    }

    /** Something else is served under the names of these virtual environments than before. */
    public synchronized void served(Collection<ObjectKey> changed) {
        Set<ObjectKey> keys = new HashSet<>(changed);
        if (!served) {
            served = true;
            keys.addAll(seen.keySet());
        }
        examine(keys);
    }

    /** This process decides from now on, or does not decide any more. */
    public synchronized void decidingChanged() {
        inUse.all().forEach(this::plan);
    }

    private void examine(Set<ObjectKey> keys) {
        Set<ObjectKey> affected = new HashSet<>(keys);
        for (ObjectKey key : keys) {
            SeenVersions object = seen.get(key);
            affected.addAll(
                    object == null
                            ? inUse.remove(key)
                            : inUse.put(key, object.deleted(), object.finalizer(), needs(key, object)));
        }
        affected.forEach(this::plan);
    }

    private Set<ObjectKey> needs(ObjectKey key, SeenVersions object) {
        Set<ObjectKey> needs = new HashSet<>();
        object.versions()
                .forEach(version -> needs.addAll(NeededObjects.of(version).keySet()));
        if (key.kind() == Kind.VirtualEnvironment && key.equals(names.owner(key.virtualEnvironmentName()))) {
            needs.addAll(NeededObjects.of(key.namespace(), names.active(key.virtualEnvironmentName()))
                    .keySet());
        }
        return needs;
    }

    private void plan(ObjectKey key) {
        if (!KINDS.contains(key.kind()) || inUse.remedy(key) == Remedy.NOTHING) {
            unneeded.remove(key);
        } else {
            work.of(key);
        }
    }

    /** Begins to write. */
    public void start() {
        work.start();
    }

    private void work(Set<ObjectKey> keys) {
        if (!deciding.decides()) {
            return;
        }
        for (Kind kind : suspected()) {
            boolean ends = !Definition.of(kind, finalizer.client()).stands();
            synchronized (this) {
                suspects.remove(kind);
                inUse.end(kind, ends).forEach(this::plan);
            }
        }
        keys.forEach(this::write);
    }

    private synchronized Set<Kind> suspected() {
        return Set.copyOf(suspects);
    }

    private void write(ObjectKey key) {
        Remedy remedy;
        synchronized (this) {
            remedy = inUse.remedy(key);
            if (remedy == Remedy.REMOVE && lingers(key)) {
                work.later(key, LINGERS);
                return;
            }
        }
        boolean written =
                switch (remedy) {
                    case NOTHING -> true;
                    case SET -> finalizer.set(key);
                    case REMOVE, REMOVE_NOW -> finalizer.remove(key);
                };
        if (!written) {
            work.of(key);
        }
    }

    private boolean lingers(ObjectKey key) {
        long now = System.nanoTime();
        return now - unneeded.computeIfAbsent(key, of -> now) < LINGERS.toNanos();
    }

    @Override
    public void close() {
        work.close();
        connection.close();
    }
}
