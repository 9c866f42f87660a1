package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import dev.kitsune.model.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** A set of files and secrets that a test edits and resolves. */
final class Mesh {
    private final boolean namespaced;
    private final Map<String, String> files = new TreeMap<>();
    private final Map<SecretId, Secret> secrets = new HashMap<>();
    private PMap<String, Map<String, String>> labels = HashTreePMap.empty();
    private PMap<ObjectKey, Expired> expired = HashTreePMap.empty();
    private PMap<ObjectKey, Instant> created = HashTreePMap.empty();
    private PMap<ObjectKey, Manifest<?>> lastGood = HashTreePMap.empty();
    private Catalog catalog;
    private Resolution resolution;
    private int changes;

    private Mesh(boolean namespaced) {
        this.namespaced = namespaced;
        this.catalog = new Catalog(HashTreePMap.empty(), HashTreePMap.empty(), namespaced);
        this.resolution = Resolver.resolve(new CatalogChange(catalog, Set.of(), Set.of(), List.of()));
    }

    /** Creates a mesh whose secrets have no namespace, as in a folder. */
    static Mesh ofFolder() {
        return new Mesh(false);
    }

    /** Creates a mesh whose secrets have namespaces, as in Kubernetes. */
    static Mesh ofKubernetes() {
        return new Mesh(true);
    }

    /** Creates and resolves a folder with one file. */
    static Mesh of(String... yaml) {
        return ofFolder().file("a.yaml", yaml).resolveFresh();
    }

    Mesh file(String name, String... yaml) {
        files.put(name, String.join("\n", yaml));
        return this;
    }

    Mesh delete(String name) {
        files.remove(name);
        return this;
    }

    /** Writes a secret with one key. The namespace is empty in a folder. */
    Mesh secret(String namespace, String name, String key, String value) {
        Map<String, SecretValue> keys = new HashMap<>();
        SecretId id = new SecretId(namespace, name);
        if (secrets.containsKey(id)) {
            keys.putAll(secrets.get(id).keys());
        }
        keys.put(key, SecretValue.of(value));
        secrets.put(id, new Secret(keys));
        return this;
    }

    Mesh withoutSecret(String namespace, String name) {
        secrets.remove(new SecretId(namespace, name));
        return this;
    }

    /** Labels a namespace of a cluster. */
    Mesh label(String namespace, Map<String, String> those) {
        labels = labels.plus(namespace, those);
        return this;
    }

    /** Expires a virtual environment of namespace {@code shop}. */
    Mesh expire(String name) {
        expired = expired.plus(
                new ObjectKey(Kind.VirtualEnvironment, "shop", name), new Expired(Expired.Limit.idle, "72h"));
        return this;
    }

    /** Revives an expired virtual environment. */
    Mesh revive(String name) {
        expired = expired.minus(new ObjectKey(Kind.VirtualEnvironment, "shop", name));
        return this;
    }

    /** Resolves the edits since the last resolution. */
    Mesh resolve() {
        CatalogChange change = change();
        resolution = Resolver.resolve(resolution, change);
        LastGood next = LastGood.next(lastGood, change, resolution);
        lastGood = next.versions();
        if (!next.again().isEmpty()) {
            Resolution first = resolution;
            resolution = Resolver.resolve(
                            first, new CatalogChange(catalog.withLastGood(lastGood), next.again(), Set.of(), List.of()))
                    .since(first);
        }
        return this;
    }

    /** Resolves everything, without the last resolution. */
    Mesh resolveFresh() {
        CatalogChange change = change();
        resolution = Resolver.resolve(change);
        lastGood = LastGood.next(lastGood, change, resolution).versions();
        return this;
    }

    Resolution fresh() {
        CatalogChange change = change();
        return Resolver.resolve(change);
    }

    /** Resolves everything, with all objects read in the opposite order. */
    Resolution freshInReverse() {
        Catalog read = change().catalog();
        List<Manifest<?>> manifests = new ArrayList<>(read.manifests().values());
        Collections.reverse(manifests);
        PMap<ObjectKey, Manifest<?>> reversed = HashTreePMap.empty();
        for (Manifest<?> manifest : manifests) {
            reversed = reversed.plus(manifest.key(), manifest);
        }
        return Resolver.resolve(new CatalogChange(read.withManifests(reversed), Set.of(), Set.of(), List.of()));
    }

    private CatalogChange change() {
        PMap<ObjectKey, Manifest<?>> manifests = HashTreePMap.empty();
        for (Map.Entry<String, String> file : files.entrySet()) {
            ReadResult read = ManifestReader.read(file.getKey(), file.getValue());
            assertThat(read.problems()).isEmpty();
            for (Manifest<?> manifest : read.manifests()) {
                manifests = manifests.plus(manifest.key(), manifest);
            }
        }
        Instant now = Instant.EPOCH.plusSeconds(changes++);
        for (ObjectKey key : Set.copyOf(created.keySet())) {
            created = manifests.containsKey(key) ? created : created.minus(key);
        }
        for (ObjectKey key : manifests.keySet()) {
            created = created.containsKey(key) ? created : created.plus(key, now);
        }
        Catalog next = new Catalog(manifests, HashTreePMap.from(secrets), namespaced)
                .withLabels(labels)
                .withExpired(expired)
                .withCreated(created)
                .withLastGood(lastGood);
        Set<ObjectKey> changed = differing(catalog.manifests(), next.manifests());
        changed.addAll(differing(catalog.expired(), next.expired()));
        Set<SecretId> changedSecrets = new HashSet<>(catalog.secrets().keySet());
        changedSecrets.addAll(next.secrets().keySet());
        changedSecrets.removeIf(
                k -> Objects.equals(catalog.secrets().get(k), next.secrets().get(k)));
        Set<String> labelled = new HashSet<>(labels.keySet());
        labelled.removeIf(k -> Objects.equals(
                catalog.namespaces().labelsOf(k), next.namespaces().labelsOf(k)));
        catalog = next;
        return new CatalogChange(next, changed, changedSecrets, labelled, List.of(), Set.of(), Set.of());
    }

    private static <V> Set<ObjectKey> differing(Map<ObjectKey, V> one, Map<ObjectKey, V> other) {
        Set<ObjectKey> keys = new HashSet<>(one.keySet());
        keys.addAll(other.keySet());
        keys.removeIf(key -> Objects.equals(one.get(key), other.get(key)));
        return keys;
    }

    /** Returns the objects whose last good version changes with an edit of a file. */
    Set<ObjectKey> lastGoodChangedBy(String file, String... yaml) {
        CatalogChange change = file(file, yaml).change();
        resolution = Resolver.resolve(resolution, change);
        return LastGood.next(lastGood, change, resolution).changed();
    }

    /** Whether the last good version of an object is in use. */
    boolean keepsLastGood() {
        return !resolution.refused(lastGood.keySet()).isEmpty();
    }

    Resolution resolution() {
        return resolution;
    }

    Snapshot snapshot() {
        return resolution.snapshot();
    }

    ResolvedVirtualEnvironment virtualEnvironment(String name) {
        ResolvedVirtualEnvironment found = snapshot().virtualEnvironment(new VirtualEnvironmentName(name));
        assertThat(found).describedAs(name).isNotNull();
        return Objects.requireNonNull(found);
    }

    /** Returns the version of a component in a virtual environment; {@code -} if there is no such component. */
    String version(String virtualEnvironment, String app, String component) {
        ResolvedComponent found =
                virtualEnvironment(virtualEnvironment).components().get(new ComponentName(app, component));
        return found == null ? "-" : found.version().version();
    }

    List<String> problems() {
        return resolution.problems().stream().map(Problem::toString).toList();
    }

    /** Returns all problems except missing workloads, which do not matter for most tests. */
    List<String> errors() {
        return resolution.problems().stream()
                .filter(p -> p.code() != ProblemCode.NoWorkload)
                .map(Problem::toString)
                .toList();
    }
}
