package dev.kitsune.model.catalog;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.resolve.LastGood;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The whole input of resolving at one moment. Equal catalogs resolve to equal snapshots, whatever was resolved before.
 *
 * @param active the releases that are active
 * @param expired the virtual environments that have ended by themselves
 * @param created the time at which each object was first seen, see {@link Precedence}
 * @param lastGood the version of each object that was served last, see {@link LastGood}
 */
public record Catalog(
        PMap<ObjectKey, Manifest<?>> manifests,
        PMap<SecretId, Secret> secrets,
        Namespaces namespaces,
        Active active,
        PMap<ObjectKey, Expired> expired,
        PMap<ObjectKey, Instant> created,
        PMap<ObjectKey, Manifest<?>> lastGood) {
    public static final Catalog EMPTY = new Catalog(HashTreePMap.empty(), HashTreePMap.empty(), false);

    /**
     * The active releases of virtual environments.
     *
     * @param frozen the manifests that Stable releases serve in place of those that were read
     * @param since the time at which each release became active
     */
    public record Active(PMap<ObjectKey, ReleaseManifest> frozen, PMap<ObjectKey, Instant> since) {
        public static final Active NONE = new Active(HashTreePMap.empty(), HashTreePMap.empty());
    }

    /**
     * A catalog of newly read objects: no release is active, nothing has expired, and every object is new.
     *
     * @param namespacedSecrets see {@link Namespaces#separate}
     */
    public Catalog(PMap<ObjectKey, Manifest<?>> manifests, PMap<SecretId, Secret> secrets, boolean namespacedSecrets) {
        this(
                manifests,
                secrets,
                new Namespaces(namespacedSecrets),
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

    public boolean namespacedSecrets() {
        return namespaces.separate();
    }

    /** Returns the same catalog with these labels of namespaces. */
    public Catalog withLabels(PMap<String, Map<String, String>> those) {
        Namespaces labelled = new Namespaces(namespaces.separate(), those);
        return new Catalog(manifests, secrets, labelled, active, expired, created, lastGood);
    }

    /** Returns the same catalog with other objects. */
    public Catalog withManifests(PMap<ObjectKey, Manifest<?>> those) {
        return new Catalog(those, secrets, namespaces, active, expired, created, lastGood);
    }

    /** Returns the same catalog with other Secrets. */
    public Catalog withSecrets(PMap<SecretId, Secret> those) {
        return new Catalog(manifests, those, namespaces, active, expired, created, lastGood);
    }

    /** Returns the same catalog with these active releases. */
    public Catalog withActive(Active those) {
        return new Catalog(manifests, secrets, namespaces, those, expired, created, lastGood);
    }

    /** Returns the same catalog with these expired virtual environments. */
    public Catalog withExpired(PMap<ObjectKey, Expired> those) {
        return new Catalog(manifests, secrets, namespaces, active, those, created, lastGood);
    }

    /** Returns the same catalog with these times of first sight. */
    public Catalog withCreated(PMap<ObjectKey, Instant> those) {
        return new Catalog(manifests, secrets, namespaces, active, expired, those, lastGood);
    }

    /** Returns the same catalog with these last good versions. */
    public Catalog withLastGood(PMap<ObjectKey, Manifest<?>> those) {
        return new Catalog(manifests, secrets, namespaces, active, expired, created, those);
    }

    /** Returns an object that exists, or the last good version of one that does not, because it may still be needed. */
    public @Nullable Manifest<?> presentOrNeeded(ObjectKey key) {
        Manifest<?> there = manifests.get(key);
        return there == null ? lastGood.get(key) : there;
    }

    public SecretId secretId(String namespace, String name) {
        return new SecretId(namespaces.separate() ? namespace : "", name);
    }
}
