package dev.kitsune.k8s.read;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** The next catalog, and the keys that differ from the one that was taken last. */
final class CatalogDraft {
    private PMap<ObjectKey, Manifest<?>> manifests = HashTreePMap.empty();
    private PMap<ObjectKey, Instant> created = HashTreePMap.empty();
    private PMap<SecretId, Secret> secrets = HashTreePMap.empty();
    private PMap<String, Map<String, String>> labels = HashTreePMap.empty();
    private final Set<ObjectKey> objects = new HashSet<>();
    private final Set<SecretId> changedSecrets = new HashSet<>();
    private final Set<String> namespaces = new HashSet<>();

    @Nullable
    Manifest<?> manifest(ObjectKey key) {
        return manifests.get(key);
    }

    /** {@code at}: when it was created; null if that never matters */
    void put(ObjectKey key, @Nullable Manifest<?> manifest, @Nullable Instant at) {
        if (!Objects.equals(manifests.get(key), manifest) || !Objects.equals(created.get(key), at)) {
            manifests = manifest == null ? manifests.minus(key) : manifests.plus(key, manifest);
            created = at == null || manifest == null ? created.minus(key) : created.plus(key, at);
            objects.add(key);
        }
    }

    /** Something else than its content has changed. */
    void touch(ObjectKey key) {
        objects.add(key);
    }

    /** {@code secret}: null if there is no such Secret any more */
    void put(SecretId id, @Nullable Secret secret) {
        if (!Objects.equals(secrets.get(id), secret)) {
            secrets = secret == null ? secrets.minus(id) : secrets.plus(id, secret);
            changedSecrets.add(id);
        }
    }

    /** {@code known}: the labels of a namespace; null if there is no such namespace any more */
    void label(String namespace, @Nullable Map<String, String> known) {
        if (!Objects.equals(labels.get(namespace), known)) {
            labels = known == null ? labels.minus(namespace) : labels.plus(namespace, Map.copyOf(known));
            namespaces.add(namespace);
        }
    }

    boolean hasChanged() {
        return !objects.isEmpty() || !changedSecrets.isEmpty() || !namespaces.isEmpty();
    }

    /** Returns the objects that have changed, and forgets that they have. */
    Set<ObjectKey> takeObjects() {
        Set<ObjectKey> taken = Set.copyOf(objects);
        objects.clear();
        return taken;
    }

    /** The same for Secrets. */
    Set<SecretId> takeSecrets() {
        Set<SecretId> taken = Set.copyOf(changedSecrets);
        changedSecrets.clear();
        return taken;
    }

    /** The same for the labels of namespaces. */
    Set<String> takeNamespaces() {
        Set<String> taken = Set.copyOf(namespaces);
        namespaces.clear();
        return taken;
    }

    Catalog catalog() {
        Catalog catalog = new Catalog(manifests, secrets, true);
        return catalog.withCreated(created).withLabels(labels);
    }
}
