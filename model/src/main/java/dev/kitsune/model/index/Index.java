package dev.kitsune.model.index;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.ReservedNames;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.Origin;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePSet;

/**
 * A catalog with the lookups that resolving needs. If two objects claim the same name, {@link Precedence} decides which
 * one has it. For a virtual environment, the Platform's reserved names count first.
 *
 * @param virtualEnvironments name to the object that has it
 * @param claimants name to all virtual environments of that name
 * @param compiled the parsed content of objects
 */
public record Index(
        Catalog catalog,
        @Nullable ObjectKey platform,
        PMap<VirtualEnvironmentName, ObjectKey> virtualEnvironments,
        ObjectSets<VirtualEnvironmentName> claimants,
        AppIndex apps,
        PMap<ObjectKey, Compiled> compiled,
        PMap<Fact.NamesOf, TreePSet<String>> names) {
    public static final Index EMPTY = new Index(
            Catalog.EMPTY,
            null,
            HashTreePMap.empty(),
            ObjectSets.empty(),
            AppIndex.EMPTY,
            HashTreePMap.empty(),
            HashTreePMap.empty());

    /** The parsed content of an object. */
    sealed interface Compiled {
        /** An app deployment. */
        record OfDeployment(Deployment deployment) implements Compiled {}

        /** An adapter. */
        record OfAdapter(AdapterTemplates adapter) implements Compiled {}

        /** A virtual environment whose release is frozen. */
        record OfRelease(Frozen frozen) implements Compiled {}

        /** An object that could not be compiled because of a bug in Kitsune, with its last compiled content. */
        record Failed(Fault fault, @Nullable Compiled lastGood) implements Compiled {}
    }

    @Nullable
    public Manifest<?> manifest(ObjectKey key) {
        return catalog.manifests().get(key);
    }

    /** Returns the parsed content of an object, or its last parsed content if it cannot be compiled now. */
    private @Nullable Compiled compiled(ObjectKey key) {
        Compiled found = compiled.get(key);
        return found instanceof Compiled.Failed failed ? failed.lastGood() : found;
    }

    /** Returns the fault that prevented an object from being compiled; null for none. */
    @Nullable
    Fault fault(ObjectKey key) {
        return compiled.get(key) instanceof Compiled.Failed failed ? failed.fault() : null;
    }

    @Nullable
    public Deployment deployment(ObjectKey key) {
        return compiled(key) instanceof Compiled.OfDeployment found ? found.deployment() : null;
    }

    @Nullable
    AdapterTemplates adapter(ObjectKey key) {
        return compiled(key) instanceof Compiled.OfAdapter found ? found.adapter() : null;
    }

    @Nullable
    Frozen frozen(ObjectKey virtualEnvironment) {
        return compiled(virtualEnvironment) instanceof Compiled.OfRelease found ? found.frozen() : null;
    }

    /** Returns the names that the Platform in force reserves. */
    ReservedNames reserved() {
        Manifest<?> manifest = platform == null ? null : manifest(platform);
        return manifest != null && manifest.spec() instanceof Platform spec ? spec.reservedNames() : ReservedNames.NONE;
    }

    /** Returns the expiry of the virtual environment with a name; null if it has not expired. */
    @Nullable
    public Expired expired(VirtualEnvironmentName name) {
        ObjectKey key = virtualEnvironments.get(name);
        return key == null ? null : catalog.expired().get(key);
    }

    public boolean inForce(Deployment deployment) {
        return deployment
                .key()
                .namespace()
                .equals(apps.homes().get(deployment.spec().app()));
    }

    /**
     * Whether a workload counts for its app. In a cluster it must be in the app's namespace, because everyone can write
     * labels in a namespace of their own.
     */
    public boolean counts(ObjectKey workload, String app) {
        return !catalog.namespacedSecrets() || apps.isHome(app, workload.namespace());
    }

    TreePSet<String> names(Fact.NamesOf of) {
        TreePSet<String> found = names.get(of);
        return found == null ? TreePSet.empty() : found;
    }

    public Position position(Origin origin) {
        Manifest<?> manifest = manifest(origin.object());
        return manifest == null ? Position.ofObject(origin.object().toString()) : manifest.at(origin.field());
    }

    public Position position(ObjectKey key) {
        Manifest<?> manifest = manifest(key);
        return manifest == null ? Position.ofObject(key.toString()) : manifest.position();
    }
}
