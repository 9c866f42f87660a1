package dev.kitsune.model.resolve;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import java.time.Instant;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Everything that is read at one moment: the last good version of every object, and the secrets.
 *
 * @param namespacedSecrets whether a Secret belongs to a namespace (Kubernetes) or serves all (a folder)
 * @param frozen what virtual environments with an active Stable release serve in place of what was read
 * @param since when the release of a virtual environment came into force, where one is
 * @param expired the virtual environments that have ended by themselves
 */
public record Catalog(
        PMap<ObjectKey, Manifest<?>> manifests,
        PMap<SecretId, Secret> secrets,
        boolean namespacedSecrets,
        PMap<ObjectKey, ReleaseManifest> frozen,
        PMap<ObjectKey, Instant> since,
        PMap<ObjectKey, Expired> expired) {
    public static final Catalog EMPTY = new Catalog(HashTreePMap.empty(), HashTreePMap.empty(), false);

    /** As it is read: no release is in force, and nothing has expired. */
    public Catalog(PMap<ObjectKey, Manifest<?>> manifests, PMap<SecretId, Secret> secrets, boolean namespacedSecrets) {
        this(manifests, secrets, namespacedSecrets, HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty());
    }

    /** The same, where these have expired. */
    public Catalog withExpired(PMap<ObjectKey, Expired> those) {
        return new Catalog(manifests, secrets, namespacedSecrets, frozen, since, those);
    }

    public SecretId secretId(String namespace, String name) {
        return new SecretId(namespacedSecrets ? namespace : "", name);
    }
}
