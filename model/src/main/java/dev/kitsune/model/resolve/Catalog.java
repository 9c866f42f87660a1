package dev.kitsune.model.resolve;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Everything that is read at one moment: the last good version of every object, and the secrets.
 *
 * @param namespacedSecrets whether a Secret belongs to a namespace (Kubernetes) or serves all (a folder)
 */
public record Catalog(
        PMap<ObjectKey, Manifest<?>> manifests, PMap<SecretId, Secret> secrets, boolean namespacedSecrets) {
    public static final Catalog EMPTY = new Catalog(HashTreePMap.empty(), HashTreePMap.empty(), false);

    public SecretId secretId(String namespace, String name) {
        return new SecretId(namespacedSecrets ? namespace : "", name);
    }
}
