package dev.kitsune.model.catalog;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.resolve.LastGood;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Everything that resolving depends on at one moment. Two catalogs that are equal resolve to equal snapshots, whatever was
 * resolved before.
 *
 * @param namespacedSecrets whether a Secret belongs to a namespace (Kubernetes) or serves all (a folder)
 * @param active the releases that are active
 * @param expired the virtual environments that have ended by themselves
 * @param created when each object was first there, see {@link Precedence}
 * @param lastGood the version of each object that was served last, see {@link LastGood}
 */
public record Catalog(
        PMap<ObjectKey, Manifest<?>> manifests,
        PMap<SecretId, Secret> secrets,
        boolean namespacedSecrets,
        Active active,
        PMap<ObjectKey, Expired> expired,
        PMap<ObjectKey, Instant> created,
        PMap<ObjectKey, Manifest<?>> lastGood) {
    public static final Catalog EMPTY = new Catalog(HashTreePMap.empty(), HashTreePMap.empty(), false);

    /**
     * Of virtual environments with an active release.
     *
     * @param frozen what a Stable release serves in place of what was read
     * @param since when the release became active
     */
    public record Active(PMap<ObjectKey, ReleaseManifest> frozen, PMap<ObjectKey, Instant> since) {
        public static final Active NONE = new Active(HashTreePMap.empty(), HashTreePMap.empty());
    }

    /** As it is read: no release is active, nothing has expired, and everything is there for the first time. */
    public Catalog(PMap<ObjectKey, Manifest<?>> manifests, PMap<SecretId, Secret> secrets, boolean namespacedSecrets) {
        this(
                manifests,
                secrets,
                namespacedSecrets,
                Active.NONE,
                HashTreePMap.empty(),
                HashTreePMap.empty(),
                HashTreePMap.empty());
    }

    public PMap<ObjectKey, ReleaseManifest> frozen() {
        return active.frozen();
    }

    public PMap<ObjectKey, Instant> since() {
        return active.since();
    }

    /** The same with other objects. */
    public Catalog withManifests(PMap<ObjectKey, Manifest<?>> those) {
        return new Catalog(those, secrets, namespacedSecrets, active, expired, created, lastGood);
    }

    /** The same, where these releases are active. */
    public Catalog withActive(Active those) {
        return new Catalog(manifests, secrets, namespacedSecrets, those, expired, created, lastGood);
    }

    /** The same, where these have expired. */
    public Catalog withExpired(PMap<ObjectKey, Expired> those) {
        return new Catalog(manifests, secrets, namespacedSecrets, active, those, created, lastGood);
    }

    /** The same, where objects were first there at these times. */
    public Catalog withCreated(PMap<ObjectKey, Instant> those) {
        return new Catalog(manifests, secrets, namespacedSecrets, active, expired, those, lastGood);
    }

    /** The same, where these are the last good versions of objects. */
    public Catalog withLastGood(PMap<ObjectKey, Manifest<?>> those) {
        return new Catalog(manifests, secrets, namespacedSecrets, active, expired, created, those);
    }

    /** An object that is there, or the last good version of one that is not: it may still be needed. */
    public @Nullable Manifest<?> presentOrNeeded(ObjectKey key) {
        Manifest<?> there = manifests.get(key);
        return there == null ? lastGood.get(key) : there;
    }

    public SecretId secretId(String namespace, String name) {
        return new SecretId(namespacedSecrets ? namespace : "", name);
    }
}
