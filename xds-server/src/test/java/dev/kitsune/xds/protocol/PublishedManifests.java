package dev.kitsune.xds.protocol;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import dev.kitsune.xds.store.ResourceStore;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** Resolves manifests, one change after the other, and publishes the results to a store. */
public final class PublishedManifests {
    private final ResourceStore store;
    private PMap<ObjectKey, Manifest<?>> manifests = HashTreePMap.empty();
    private PMap<SecretId, Secret> secrets = HashTreePMap.empty();
    private final Set<SecretId> changedSecrets = new HashSet<>();
    private Resolution resolved = Resolver.resolve(
            new CatalogChange(new Catalog(manifests, HashTreePMap.empty(), false), Set.of(), Set.of(), List.of()));

    public PublishedManifests(ResourceStore store) {
        this.store = store;
    }

    /** Adds objects, or replaces those with the same name. */
    public void publish(String text) {
        Set<ObjectKey> changed = new HashSet<>();
        for (Manifest<?> manifest : ManifestReader.read("shop.yaml", text).manifests()) {
            manifests = manifests.plus(manifest.key(), manifest);
            changed.add(manifest.key());
        }
        publish(catalog(), changed);
    }

    /** Adds a Secret of one key, or replaces it. It is published with the next objects. */
    public PublishedManifests secret(String name, String key, String value) {
        SecretId id = new SecretId("", name);
        secrets = secrets.plus(id, new Secret(Map.of(key, SecretValue.of(value))));
        changedSecrets.add(id);
        return this;
    }

    /** Expires a virtual environment. */
    public void expire(ObjectKey virtualEnvironment, Expired expired) {
        publish(catalog().withExpired(HashTreePMap.singleton(virtualEnvironment, expired)), Set.of(virtualEnvironment));
    }

    private Catalog catalog() {
        return new Catalog(manifests, secrets, false);
    }

    private void publish(Catalog catalog, Set<ObjectKey> changed) {
        resolved =
                Resolver.resolve(resolved, new CatalogChange(catalog, changed, Set.copyOf(changedSecrets), List.of()));
        changedSecrets.clear();
        store.publish(resolved.snapshot(), resolved.changed());
    }
}
