package dev.kitsune.model.index;

import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Environment.ReleasePolicy;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import dev.kitsune.model.snapshot.SecretValue;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one step may look at, and the record of what it did look at. */
public final class Reads {
    private final Index index;
    private final StepResults<String, ChainState> chains;
    private final Declarations declarations;
    private final StepResults<String, Details> details;
    private final Set<Fact> facts = new HashSet<>();

    public Reads(
            Index index,
            StepResults<String, ChainState> chains,
            Declarations declarations,
            StepResults<String, Details> details) {
        this.index = index;
        this.chains = chains;
        this.declarations = declarations;
        this.details = details;
    }

    public Set<Fact> facts() {
        return Set.copyOf(facts);
    }

    @Nullable
    public Manifest<?> object(ObjectKey key) {
        facts.add(new Fact.ManifestOf(key));
        return index.manifest(key);
    }

    /** How releases of an environment come into force. */
    public ReleasePolicy policy(String environment) {
        Manifest<?> manifest = object(new ObjectKey(Kind.Environment, "", environment));
        return manifest != null && manifest.spec() instanceof Environment spec
                ? spec.releasePolicy()
                : ReleasePolicy.DEFAULT;
    }

    @Nullable
    public Manifest<?> virtualEnvironment(String name) {
        facts.add(new Fact.VirtualEnvironmentNamed(name));
        ObjectKey key = index.virtualEnvironments().get(name);
        return key == null ? null : index.manifest(key);
    }

    public boolean expired(String virtualEnvironment) {
        facts.add(new Fact.ExpiryOf(virtualEnvironment));
        return index.expired(virtualEnvironment) != null;
    }

    /** An app deployment, unless its app lives in another namespace. */
    @Nullable
    public Deployment deploymentInForce(ObjectKey key) {
        facts.add(new Fact.ManifestOf(key));
        Deployment found = index.deployment(key);
        return found != null && index.inForce(found) ? found : null;
    }

    /** The app deployment that a chain releases: as it was when the release was frozen, else as it stands. */
    @Nullable
    public Deployment released(ResolvedVirtualEnvironment.ResolvedApp released, @Nullable Frozen frozen) {
        Deployment then = frozen == null ? null : frozen.deployment(released);
        return then != null
                ? then
                : deploymentInForce(new ObjectKey(Kind.AppDeployment, released.namespace(), released.appDeployment()));
    }

    /** Part of {@link #virtualEnvironment}. */
    @Nullable
    public Frozen frozen(ObjectKey virtualEnvironment) {
        return index.frozen(virtualEnvironment);
    }

    @Nullable
    public Deployment deployment(ObjectKey key) {
        facts.add(new Fact.ManifestOf(key));
        return index.deployment(key);
    }

    /** What kept an object from being compiled. Part of {@link #object}. */
    @Nullable
    public Fault fault(ObjectKey key) {
        return index.fault(key);
    }

    @Nullable
    public AdapterTemplates adapter(ObjectKey key) {
        facts.add(new Fact.ManifestOf(key));
        return index.adapter(key);
    }

    /** All adapters of a namespace: as they were when the release was frozen, else as they stand. */
    public List<AdapterTemplates> adapters(String namespace, @Nullable Frozen frozen) {
        if (frozen != null && frozen.covers(namespace)) {
            return frozen.adaptersOf(namespace);
        }
        return names(Kind.Adapter, namespace).stream()
                .map(name -> adapter(new ObjectKey(Kind.Adapter, namespace, name)))
                .filter(Objects::nonNull)
                .toList();
    }

    public Collection<String> names(Kind kind, String namespace) {
        Fact.NamesOf of = new Fact.NamesOf(kind, namespace);
        facts.add(of);
        return index.names(of);
    }

    /** The namespace in which an app lives; it is a fact of each of the app's deployments. */
    @Nullable
    public String home(String app) {
        return index.homes().get(app);
    }

    public boolean componentExists(ComponentName name) {
        facts.add(new Fact.ComponentNamed(name));
        return index.components().containsKey(name);
    }

    public Collection<String> componentsOf(String app) {
        facts.add(new Fact.ComponentsOf(app));
        Set<String> found = new HashSet<>();
        Collection<ObjectKey> keys = index.deploymentsOf().get(app);
        if (keys != null) {
            for (ObjectKey key : keys) {
                Deployment deployment = index.deployment(key);
                if (deployment != null && index.inForce(deployment)) {
                    found.addAll(deployment.spec().components().keySet());
                }
            }
        }
        return found;
    }

    /** The app deployments with a component that has an adapter's name. */
    public Collection<ObjectKey> namesakes(AdapterName name) {
        facts.add(new Fact.NamesakesOf(name));
        Collection<ObjectKey> found = index.namesakes().get(name);
        return found == null ? Set.of() : found;
    }

    public SecretId secretId(String namespace, String name) {
        return index.catalog().secretId(namespace, name);
    }

    public boolean namespacedSecrets() {
        return index.catalog().namespacedSecrets();
    }

    public Map<String, KeyState> keys(SecretId id) {
        facts.add(new Fact.KeysOf(id));
        return KeyState.of(index.catalog().secrets().get(id));
    }

    /** Whether a secret can be delivered: one key by a header, a whole Secret to TLS. */
    public boolean present(SecretLocation location) {
        Map<String, KeyState> keys = keys(location.secret());
        return location.key() == null ? !keys.isEmpty() : keys.get(location.key()) == KeyState.USABLE;
    }

    /** What a secret holds: for what is public and only kept where secrets are. */
    @Nullable
    public SecretValue value(SecretLocation location) {
        facts.add(new Fact.ValuesOf(location.secret()));
        Secret secret = index.catalog().secrets().get(location.secret());
        return secret == null || location.key() == null ? null : secret.get(location.key());
    }

    public Platform platform() {
        facts.add(new Fact.ThePlatform());
        Manifest<?> manifest = index.platform() == null ? null : index.manifest(index.platform());
        return manifest != null && manifest.spec() instanceof Platform platform ? platform : Platform.DEFAULT;
    }

    @Nullable
    public ObjectKey platformKey() {
        facts.add(new Fact.ThePlatform());
        return index.platform();
    }

    @Nullable
    public ChainState chain(String name) {
        facts.add(new Fact.ChainOf(name));
        return chains.get(name);
    }

    @Nullable
    public Declaration declaration(ComponentVersion version) {
        facts.add(new Fact.DeclarationOf(version));
        return declarations.inForce(version);
    }

    @Nullable
    public Details details(String name) {
        facts.add(new Fact.DetailsOf(name));
        return details.get(name);
    }

    public Position position(Origin origin) {
        facts.add(new Fact.ManifestOf(origin.object()));
        return index.position(origin);
    }

    /** Who is first of several. */
    public Precedence precedence(Origin origin) {
        return Precedence.of(origin, position(origin), index.catalog());
    }

    /** The last version of an object that could be served. It is part of the object's manifest. */
    @Nullable
    public Manifest<?> lastGood(ObjectKey key) {
        return index.catalog().lastGood().get(key);
    }

    public Position position(ObjectKey key) {
        facts.add(new Fact.ManifestOf(key));
        return index.position(key);
    }
}
