package dev.kitsune.model.index;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.index.Index.Compiled;
import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.ReleaseManifest;
import dev.kitsune.model.snapshot.SecretId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;
import org.pcollections.TreePSet;

/** Computes the next index and the facts that changed. */
public final class Indexing {
    private final Index before;
    private final Catalog catalog;
    private final Set<Fact> facts = new HashSet<>();
    private final Set<ObjectKey> changed = new HashSet<>();

    private @Nullable ObjectKey platform;
    private PMap<VirtualEnvironmentName, ObjectKey> virtualEnvironments;
    private ObjectSets<VirtualEnvironmentName> claimants;
    private AppIndex apps;
    private PMap<ObjectKey, Compiled> compiled;
    private PMap<Fact.NamesOf, TreePSet<String>> names;

    private Indexing(Index before, Catalog catalog) {
        this.before = before;
        this.catalog = catalog;
        this.platform = before.platform();
        this.virtualEnvironments = before.virtualEnvironments();
        this.claimants = before.claimants();
        this.apps = before.apps();
        this.compiled = before.compiled();
        this.names = before.names();
    }

    /** {@code objects}: the objects whose manifest differs from the previous one */
    public record IndexChange(Index index, Set<Fact> facts, Set<ObjectKey> objects) {}

    public static IndexChange next(Index before, CatalogChange change) {
        Indexing indexing = new Indexing(before, change.catalog());
        change.objects().forEach(indexing::object);
        change.secrets().forEach(indexing::secret);
        change.namespaces().forEach(namespace -> indexing.facts.add(new Fact.LabelsOf(namespace)));
        indexing.settle();
        return new IndexChange(indexing.index(), indexing.facts, indexing.changed);
    }

    private void object(ObjectKey key) {
        Manifest<?> old = before.manifest(key);
        Manifest<?> now = catalog.manifests().get(key);
        ReleaseManifest frozen = catalog.frozen().get(key);
        Expired expired = catalog.expired().get(key);
        if (expired != null || before.catalog().expired().containsKey(key)) {
            facts.add(new Fact.ExpiryOf(key.virtualEnvironmentName()));
        }
        boolean same = Objects.equals(old, now)
                && Objects.equals(before.catalog().frozen().get(key), frozen)
                && Objects.equals(
                        before.catalog().created().get(key), catalog.created().get(key))
                && Objects.equals(
                        before.catalog().lastGood().get(key), catalog.lastGood().get(key));
        if (same) {
            return;
        }
        changed.add(key);
        facts.add(new Fact.ManifestOf(key));
        if ((old == null) != (now == null) && key.kind() != Kind.VirtualEnvironment) {
            name(new Fact.NamesOf(key.kind(), key.namespace()), key.name(), now != null);
        }
        Compiled made = Fault.<@Nullable Compiled>guard(
                () -> compile(key, now, frozen), fault -> new Compiled.Failed(fault, lastGood(key)));
        compiled = made == null ? compiled.minus(key) : compiled.plus(key, made);
    }

    private static @Nullable Compiled compile(
            ObjectKey key, @Nullable Manifest<?> manifest, @Nullable ReleaseManifest frozen) {
        if (manifest == null) {
            return null;
        }
        if (manifest.spec() instanceof AppDeployment deployment) {
            return new Compiled.OfDeployment(Deployment.of(key, deployment));
        }
        if (manifest.spec() instanceof Adapter adapter) {
            return new Compiled.OfAdapter(AdapterTemplates.of(key, adapter));
        }
        return frozen == null ? null : new Compiled.OfRelease(Frozen.of(key, frozen));
    }

    private @Nullable Compiled lastGood(ObjectKey key) {
        Compiled old = before.compiled().get(key);
        return old instanceof Compiled.Failed failed ? failed.lastGood() : old;
    }

    private void name(Fact.NamesOf of, String name, boolean exists) {
        TreePSet<String> old = names.get(of);
        TreePSet<String> now = old == null ? TreePSet.empty() : old;
        names = names.plus(of, exists ? now.plus(name) : now.minus(name));
        facts.add(of);
    }

    private void secret(SecretId id) {
        if (!KeyState.of(before.catalog().secrets().get(id))
                .equals(KeyState.of(catalog.secrets().get(id)))) {
            facts.add(new Fact.KeysOf(id));
        }
        facts.add(new Fact.ValuesOf(id));
    }

    /** Decides which object has which name, when all changes are known. */
    private void settle() {
        Set<VirtualEnvironmentName> names = new HashSet<>();
        Set<String> named = new HashSet<>();
        for (ObjectKey key : changed) {
            if (key.kind() == Kind.VirtualEnvironment) {
                names.add(key.virtualEnvironmentName());
                claimants = catalog.manifests().containsKey(key)
                        ? claimants.with(key.virtualEnvironmentName(), key)
                        : claimants.without(key.virtualEnvironmentName(), key);
                settleRelease(key);
            } else if (key.kind() == Kind.AppDeployment) {
                Deployment old = before.deployment(key);
                if (old != null) {
                    named.add(old.spec().app());
                    apps = apps.withoutDeployment(old.spec().app(), key);
                }
                Deployment now = deployment(key);
                if (now != null) {
                    named.add(now.spec().app());
                    apps = apps.withDeployment(now.spec().app(), key);
                }
            } else if (key.kind() == Kind.Platform) {
                settlePlatform();
            }
        }
        names.addAll(index().reserved().differing(before.reserved()));
        names.forEach(this::settleName);
        named.forEach(this::settleApp);
    }

    private void settleRelease(ObjectKey virtualEnvironment) {
        Set<AppIndex.AppHome> then = homes(before.catalog().frozen().get(virtualEnvironment));
        Set<AppIndex.AppHome> now = homes(catalog.frozen().get(virtualEnvironment));
        if (then.equals(now)) {
            return;
        }
        for (AppIndex.AppHome home : then) {
            apps = apps.withoutReleased(home, virtualEnvironment);
            facts.add(new Fact.HomesOf(home.app()));
        }
        for (AppIndex.AppHome home : now) {
            apps = apps.withReleased(home, virtualEnvironment);
            facts.add(new Fact.HomesOf(home.app()));
        }
    }

    private static Set<AppIndex.AppHome> homes(@Nullable ReleaseManifest release) {
        Set<AppIndex.AppHome> homes = new HashSet<>();
        if (release != null) {
            release.appDeployments()
                    .forEach((key, deployment) -> homes.add(new AppIndex.AppHome(deployment.app(), key.namespace())));
        }
        return homes;
    }

    private void settlePlatform() {
        Collection<String> all = index().names(new Fact.NamesOf(Kind.Platform, ""));
        Set<ObjectKey> keys = new HashSet<>();
        all.forEach(n -> keys.add(new ObjectKey(Kind.Platform, "", n)));
        platform = first(keys);
        facts.add(new Fact.ThePlatform());
        keys.forEach(k -> facts.add(new Fact.ManifestOf(k)));
    }

    private void settleName(VirtualEnvironmentName name) {
        Collection<ObjectKey> of = claimants.of(name);
        ObjectKey old = before.virtualEnvironments().get(name);
        ObjectKey now = Precedence.owner(of, index().reserved(), catalog);
        virtualEnvironments = now == null ? virtualEnvironments.minus(name) : virtualEnvironments.plus(name, now);
        facts.add(new Fact.VirtualEnvironmentNamed(name));
        // Objects of several namespaces may have the same name, but a name is unique in the whole mesh.
        if ((old == null) != (now == null)) {
            name(new Fact.NamesOf(Kind.VirtualEnvironment, ""), name.value(), now != null);
        }
        if (!Objects.equals(old, now)) {
            of.forEach(k -> facts.add(new Fact.ManifestOf(k)));
        }
    }

    private void settleApp(String app) {
        Collection<ObjectKey> of = apps.deployments().of(app);
        String old = before.apps().homes().get(app);
        ObjectKey first = first(of);
        String now = first == null ? null : first.namespace();
        apps = apps.withHome(app, now);
        Set<ObjectKey> affected = new HashSet<>();
        boolean moved = !Objects.equals(old, now);
        if (moved) {
            facts.add(new Fact.HomesOf(app));
        }
        Stream.of(of, before.apps().deployments().of(app))
                .flatMap(Collection::stream)
                .filter(k -> moved || changed.contains(k))
                .forEach(affected::add);
        affected.forEach(k -> components(app, k, old, now));
    }

    private void components(String app, ObjectKey key, @Nullable String oldHome, @Nullable String newHome) {
        facts.add(new Fact.ManifestOf(key));
        Deployment old = before.deployment(key);
        if (old != null && old.spec().app().equals(app) && key.namespace().equals(oldHome)) {
            old.spec().components().keySet().forEach(c -> component(new ComponentName(app, c), key, false));
        }
        Deployment now = deployment(key);
        if (now != null && now.spec().app().equals(app) && key.namespace().equals(newHome)) {
            now.spec().components().keySet().forEach(c -> component(new ComponentName(app, c), key, true));
        }
    }

    private @Nullable Deployment deployment(ObjectKey key) {
        return index().deployment(key);
    }

    private void component(ComponentName name, ObjectKey deployment, boolean exists) {
        apps = exists ? apps.withComponent(name, deployment) : apps.withoutComponent(name, deployment);
        facts.add(new Fact.NamesakesOf(AppIndex.namesake(name, deployment)));
        if (before.apps().components().has(name) != apps.components().has(name)) {
            facts.add(new Fact.ComponentNamed(name));
            facts.add(new Fact.ComponentsOf(name.app()));
        }
    }

    private @Nullable ObjectKey first(Collection<ObjectKey> keys) {
        return keys.stream().min(Precedence.in(catalog)).orElse(null);
    }

    private Index index() {
        return new Index(catalog, platform, virtualEnvironments, claimants, apps, compiled, names);
    }
}
