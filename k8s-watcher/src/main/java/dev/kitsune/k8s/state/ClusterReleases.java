package dev.kitsune.k8s.state;

import dev.kitsune.k8s.inuse.InUseFinalizer;
import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.read.StoredVersion;
import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.k8s.watch.ApiWork;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.ReservedNames;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.NeededObjects;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.ReleaseStore;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.source.Deciding;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The releases of a cluster: {@code status.release} of each virtual environment, whose frozen contents are objects of
 * their own. It does not read virtual environments itself, but hears of them from the source, which must have this as
 * its listener. Frozen contents are written before the status that names them, and deleted after no status names them.
 */
public final class ClusterReleases implements ReleaseStore, ResourceListener {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterReleases.class);

    /**
     * Others write the same objects, but none of them for so long: between two tries this waits for its turn to write, so
     * these are some seconds even if another writer never pauses.
     */
    private static final int TRIES = 100;

    private final ApiConnection connection;
    private final Deciding deciding;
    private final StatusField field;
    private final FrozenContents contents;
    private final InUseFinalizer finalizer;
    private final ApiWork<VirtualEnvironmentName> news = new ApiWork<>("kubernetes-releases", this::tell);

    /** Guarded by this, like all fields below. */
    private final ClaimedNames claims = new ClaimedNames();

    private final Map<ObjectKey, StoredRelease> stored = new HashMap<>();
    private final StatusTroubles troubles = new StatusTroubles();

    /** The versions that the listener knows. Null stands for none. */
    private final Map<VirtualEnvironmentName, Optional<String>> told = new HashMap<>();

    /** Those that are being saved. Until that is over, the listener is told nothing about them. */
    private final Set<VirtualEnvironmentName> keeping = new HashSet<>();

    private @Nullable Listener listener;

    /**
     * A store that has heard of nothing yet.
     *
     * @param config of a client with the rights of Kitsune
     * @param deciding nothing is saved while this process does not decide
     * @param pace of all writes of this process
     */
    public ClusterReleases(Config config, Deciding deciding, Pace pace) {
        this.connection = new ApiConnection(config);
        this.deciding = deciding;
        this.field = new StatusField("release", connection.client(AnswerTime.OBJECT), pace);
        this.contents = new FrozenContents(new ReleaseApi(connection));
        this.finalizer = new InUseFinalizer(connection.client(AnswerTime.OBJECT));
    }

    @Override
    public void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
        if (key.kind() == Kind.Platform) {
            reserve(key, resource, manifest);
        }
        if (key.kind() != Kind.VirtualEnvironment) {
            return;
        }
        ReleaseObject object = ReleaseObject.of(key, resource);
        synchronized (this) {
            claims.put(object);
            troubles.asked(key, object.asked().trouble());
        }
        news.of(key.virtualEnvironmentName());
    }

    /**
     * A listener is not told that an object has gone, because the source says so itself. It is told of another object
     * that has the name now.
     */
    @Override
    public void removed(ObjectKey key) {
        if (key.kind() == Kind.Platform) {
            reserve(ReservedNames.NONE);
        }
        if (key.kind() != Kind.VirtualEnvironment) {
            return;
        }
        synchronized (this) {
            claims.remove(key);
            stored.remove(key);
            troubles.remove(key);
        }
        news.of(key.virtualEnvironmentName());
    }

    /** What the Platform reserved before stays in force while it has no readable version. */
    private void reserve(ObjectKey key, GenericKubernetesResource platform, @Nullable Manifest<?> manifest) {
        StoredVersion stored = manifest == null ? StoredVersion.of(key, platform) : null;
        Manifest<?> served = stored == null ? manifest : stored.manifest();
        if (served != null && served.spec() instanceof Platform spec) {
            reserve(spec.reservedNames());
        }
    }

    private void reserve(ReservedNames names) {
        Set<VirtualEnvironmentName> others;
        synchronized (this) {
            others = claims.reserve(names);
        }
        others.forEach(news::of);
    }

    @Override
    public Map<VirtualEnvironmentName, Kept> load() {
        return load(news::patiently, contents::all);
    }

    /**
     * The same, for somebody who does not wait for the API server.
     *
     * @throws KubernetesClientException if there is no answer, or if it may not be read
     */
    Map<VirtualEnvironmentName, Kept> loadAtOnce() {
        return load(ApiWork.ApiQuestion::ask, this::allowed);
    }

    /** Without a right to list all of them, each one is asked for by its name. */
    private Map<String, ReleaseManifest> allowed() {
        try {
            return contents.all();
        } catch (KubernetesClientException e) {
            if (ApiRefusal.is(e)) {
                return Map.of();
            }
            throw e;
        }
    }

    private Map<VirtualEnvironmentName, Kept> load(
            ApiWork.Asker asker, ApiWork.ApiQuestion<Map<String, ReleaseManifest>> list) {
        List<ReleaseObject> owners;
        synchronized (this) {
            owners = claims.owners();
        }
        boolean any = owners.stream().anyMatch(owner -> owner.release() != null);
        Map<String, ReleaseManifest> all = any ? asker.answer(list) : Map.of();
        Map<VirtualEnvironmentName, Kept> statuses = new HashMap<>();
        for (ReleaseObject owner : owners) {
            StoredRelease read = asker.answer(() -> read(owner, all));
            VirtualEnvironmentName name = owner.key().virtualEnvironmentName();
            if (read.kept() != null) {
                statuses.put(name, read.kept());
            }
            synchronized (this) {
                told.put(name, Optional.ofNullable(read.version()));
            }
        }
        return statuses;
    }

    private StoredRelease read(ReleaseObject object, Map<String, ReleaseManifest> known) {
        StoredRelease before;
        synchronized (this) {
            before = stored.get(object.key());
        }
        if (before != null && before.isOf(object)) {
            return before;
        }
        String namespace = object.key().namespace();
        Map<String, ReleaseManifest> earlier =
                before != null && before.object().uid().equals(object.uid()) ? before.contents() : Map.of();
        StoredRelease read = StoredRelease.of(object, name -> {
            ReleaseManifest listed = known.get(FrozenContents.place(namespace, name));
            ReleaseManifest content = listed == null ? earlier.get(name) : listed;
            return content == null ? contents.get(namespace, name) : content;
        });
        remember(read);
        return read;
    }

    private synchronized void remember(StoredRelease read) {
        stored.put(read.object().key(), read);
        troubles.status(read.object().key(), read.trouble());
    }

    @Override
    public synchronized List<Problem> problems() {
        return troubles.problems();
    }

    @Override
    public StatusPlace place(VirtualEnvironmentName virtualEnvironment) {
        ReleaseObject owner = owner(virtualEnvironment);
        ObjectKey key = owner == null ? null : owner.key();
        return new StatusPlace(
                Position.ofObject(key == null ? "VirtualEnvironment/" + virtualEnvironment : key.toString()),
                key,
                "let Kitsune write the status of virtual environments, and create ReleaseManifests");
    }

    @Override
    public KeepOutcome keep(
            VirtualEnvironmentName virtualEnvironment, @Nullable ReleaseStatus status, @Nullable String expected) {
        begin(virtualEnvironment);
        try {
            for (int again = 0; again < TRIES; again++) {
                KeepOutcome outcome = tryToKeep(virtualEnvironment, status, expected);
                if (outcome != null) {
                    return outcome;
                }
            }
            return new KeepOutcome.Refused("others change the object of " + virtualEnvironment + " all the time");
        } catch (KubernetesClientException e) {
            return new KeepOutcome.Refused(ApiRefusal.words(e));
        } finally {
            end(virtualEnvironment);
        }
    }

    private synchronized void begin(VirtualEnvironmentName name) {
        keeping.add(name);
    }

    private void end(VirtualEnvironmentName name) {
        synchronized (this) {
            keeping.remove(name);
        }
        news.of(name);
    }

    /** Returns null if another writer has changed the object in the meantime. */
    private @Nullable KeepOutcome tryToKeep(
            VirtualEnvironmentName name, @Nullable ReleaseStatus status, @Nullable String expected) {
        if (deciding.decides()) {
            field.pace().await();
        }
        ReleaseObject owner = owner(name);
        GenericKubernetesResource resource = owner == null ? null : field.read(owner.key());
        if (owner == null || resource == null) {
            if (status == null) {
                heard(name, null);
                return new KeepOutcome.Done(null);
            }
            return new KeepOutcome.Refused("no object of the cluster is virtual environment " + name + " any more");
        }
        ReleaseObject object = ReleaseObject.of(owner.key(), resource);
        refresh(object);
        StoredRelease now = read(object, Map.of());
        // What cannot be understood counts as nothing, and is replaced.
        boolean other = now.trouble() == null && !Objects.equals(now.version(), expected);
        if (other || !deciding.decides()) {
            heard(name, now.version());
            return new KeepOutcome.Conflict(now.kept());
        }
        Map<Integer, String> names =
                status == null ? Map.of() : contents.keep(object, status, now.contents(), now.names());
        if (!needed(object, status, now.kept()).stream().allMatch(finalizer::set)) {
            return null;
        }
        GenericKubernetesResource written;
        try {
            written = field.write(
                    owner.key(), resource, status == null ? null : StatusJson.map(ReleaseForm.of(status, names)));
        } catch (KubernetesClientException e) {
            if (ApiRefusal.isConflict(e)) {
                return null;
            }
            throw e;
        }
        ReleaseObject after = ReleaseObject.of(owner.key(), written);
        refresh(after);
        StoredRelease kept = status == null ? read(after, Map.of()) : remembered(after, status, names);
        heard(name, kept.version());
        deleteUnnamed(now, kept);
        return new KeepOutcome.Done(kept.version());
    }

    /** Returns the objects that a release needs from now on. They must outlive a deletion before the release is active. */
    private static Set<ObjectKey> needed(ReleaseObject object, @Nullable ReleaseStatus next, @Nullable Kept before) {
        String namespace = object.key().namespace();
        Set<ObjectKey> needed = new HashSet<>(
                NeededObjects.of(namespace, next == null ? null : next.active()).keySet());
        needed.removeAll(NeededObjects.of(
                        namespace, before == null ? null : before.status().active())
                .keySet());
        return needed;
    }

    private StoredRelease remembered(ReleaseObject after, ReleaseStatus status, Map<Integer, String> names) {
        Map<String, ReleaseManifest> frozen = new HashMap<>();
        ReleaseForm.frozen(status)
                .forEach(entry -> frozen.put(
                        Objects.requireNonNull(names.get(entry.id())), Objects.requireNonNull(entry.frozen())));
        StoredRelease kept = StoredRelease.of(after, frozen::get);
        remember(kept);
        return kept;
    }

    /** Nobody can save a status any more that names what the status before named and this one does not. */
    private void deleteUnnamed(StoredRelease before, StoredRelease now) {
        Set<String> unnamed = new HashSet<>(before.names().values());
        // A process that ended has left another content under the usual name.
        now.names().forEach((id, name) -> {
            if (!before.names().containsValue(name)) {
                unnamed.add(FrozenContents.name(now.object(), id));
            }
        });
        unnamed.removeAll(now.names().values());
        for (String name : unnamed) {
            try {
                contents.delete(now.object(), name);
            } catch (KubernetesClientException e) {
                LOG.warn(
                        "ReleaseManifest {} in namespace {} is not needed any more and cannot be deleted: {}",
                        name,
                        now.object().key().namespace(),
                        ApiRefusal.words(e));
            }
        }
    }

    private synchronized @Nullable ReleaseObject owner(VirtualEnvironmentName name) {
        return claims.owner(name);
    }

    private synchronized void refresh(ReleaseObject object) {
        claims.refresh(object);
    }

    private synchronized void heard(VirtualEnvironmentName name, @Nullable String version) {
        told.put(name, Optional.ofNullable(version));
    }

    @Override
    public synchronized List<ReleaseRequest> requests() {
        return claims.asking().stream()
                .map(object -> Objects.requireNonNull(object.asked().request()))
                .toList();
    }

    @Override
    public void watch(Listener to) {
        List<ReleaseObject> owners;
        synchronized (this) {
            listener = to;
            owners = claims.owners();
        }
        owners.forEach(owner -> news.of(owner.key().virtualEnvironmentName()));
        news.start();
    }

    /** Tells the listener what is new about these virtual environments. */
    private void tell(Set<VirtualEnvironmentName> names) {
        Map<VirtualEnvironmentName, Optional<Kept>> changed = new HashMap<>();
        for (VirtualEnvironmentName name : names) {
            ReleaseObject owner = owner(name);
            StoredRelease read = owner == null ? null : read(owner, Map.of());
            if (read != null && read.trouble() == null && isNew(name, read.version())) {
                changed.put(name, Optional.ofNullable(read.kept()));
            }
        }
        Listener to;
        boolean problems;
        synchronized (this) {
            to = Objects.requireNonNull(listener, "only a watched store tells");
            problems = troubles.takeChanged();
        }
        to.asked(requests());
        if (!changed.isEmpty() || problems) {
            to.kept(changed); // Even if it is empty, the listener looks at the problems again.
        }
        changed.forEach((name, kept) -> {
            heard(name, kept.map(Kept::version).orElse(null));
            ReleaseObject owner = owner(name);
            if (owner != null && isNew(name, owner.version())) {
                news.of(name); // Something newer was saved in the meantime.
            }
        });
    }

    private synchronized boolean isNew(VirtualEnvironmentName name, @Nullable String version) {
        return !keeping.contains(name)
                && !told.getOrDefault(name, Optional.empty()).equals(Optional.ofNullable(version));
    }

    /** Requests stay in their annotations, and are known to be processed by the status. */
    @Override
    public void taken(Collection<ReleaseRequest> taken) {}

    /** Must be called before the source is closed, whose thread may wait for this. */
    @Override
    public void close() {
        news.close();
        connection.close();
    }
}
