package dev.kitsune.model.index;

import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Environment.ReleasePolicy;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
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

/** The facts that one step may read, and the dependency recorder that notes the facts that it has read. */
public final class Reads {
    private final StepInputs inputs;
    private final Set<Fact> facts = new HashSet<>();

    public Reads(StepInputs inputs) {
        this.inputs = inputs;
    }

    public Set<Fact> facts() {
        return Set.copyOf(facts);
    }

    /** Reads a fact and records it. No other method does this. */
    private <T> @Nullable T read(Fact.Lookup<T> fact) {
        facts.add(fact);
        return fact.in(inputs);
    }

    /** These facts always have a value. */
    private <T> T known(Fact.Lookup<T> fact) {
        return Objects.requireNonNull(read(fact), "something is always known of it");
    }

    private IndexedObject indexed(ObjectKey key) {
        return known(new Fact.ManifestOf(key));
    }

    @Nullable
    public Manifest<?> object(ObjectKey key) {
        return indexed(key).manifest();
    }

    /** Returns the release policy of an environment. */
    public ReleasePolicy policy(String environment) {
        Manifest<?> manifest = object(new ObjectKey(Kind.Environment, "", environment));
        return manifest != null && manifest.spec() instanceof Environment spec
                ? spec.releasePolicy()
                : ReleasePolicy.DEFAULT;
    }

    @Nullable
    public Manifest<?> virtualEnvironment(VirtualEnvironmentName name) {
        return read(new Fact.VirtualEnvironmentNamed(name));
    }

    public boolean expired(VirtualEnvironmentName virtualEnvironment) {
        return read(new Fact.ExpiryOf(virtualEnvironment)) != null;
    }

    /** Returns an app deployment, unless its app belongs to another namespace. */
    @Nullable
    public Deployment deploymentInForce(ObjectKey key) {
        return indexed(key).deploymentInForce();
    }

    /** Returns the app deployment that a chain releases: the frozen one, or else the current one. */
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
        return inputs.index().frozen(virtualEnvironment);
    }

    @Nullable
    public Deployment deployment(ObjectKey key) {
        return indexed(key).deployment();
    }

    /** Returns the fault that prevented an object from being compiled. Part of {@link #object}. */
    @Nullable
    public Fault fault(ObjectKey key) {
        return inputs.index().fault(key);
    }

    @Nullable
    public AdapterTemplates adapter(ObjectKey key) {
        return indexed(key).adapter();
    }

    /** Returns all adapters of a namespace: the frozen ones, or else the current ones. */
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
        return known(new Fact.NamesOf(kind, namespace));
    }

    /** Returns the namespace of an app. It is a fact of each of the app's deployments. */
    @Nullable
    public String home(String app) {
        return inputs.index().apps().homes().get(app);
    }

    public boolean componentExists(ComponentName name) {
        return known(new Fact.ComponentNamed(name));
    }

    public Collection<String> componentsOf(String app) {
        return known(new Fact.ComponentsOf(app));
    }

    /** The app deployments with a component that has an adapter's name. */
    public Collection<ObjectKey> namesakes(AdapterName name) {
        return known(new Fact.NamesakesOf(name));
    }

    public SecretId secretId(String namespace, String name) {
        return inputs.index().catalog().secretId(namespace, name);
    }

    public boolean namespacedSecrets() {
        return inputs.index().catalog().namespacedSecrets();
    }

    /** Returns the labels of a namespace; null if they are not known. */
    @Nullable
    public Map<String, String> labels(String namespace) {
        return read(new Fact.LabelsOf(namespace));
    }

    public Map<String, KeyState> keys(SecretId id) {
        return known(new Fact.KeysOf(id));
    }

    /** Whether a secret can be delivered: one key in a header, or a whole Secret to TLS. */
    public boolean present(SecretLocation location) {
        Map<String, KeyState> keys = keys(location.secret());
        return location.key() == null ? !keys.isEmpty() : keys.get(location.key()) == KeyState.USABLE;
    }

    /** Returns the values of a secret. Only for public content that is stored as a secret. */
    @Nullable
    public SecretValue value(SecretLocation location) {
        Secret secret = read(new Fact.ValuesOf(location.secret()));
        return secret == null || location.key() == null ? null : secret.get(location.key());
    }

    public Platform platform() {
        IndexedObject found = read(new Fact.ThePlatform());
        Manifest<?> manifest = found == null ? null : found.manifest();
        return manifest != null && manifest.spec() instanceof Platform platform ? platform : Platform.DEFAULT;
    }

    @Nullable
    public ObjectKey platformKey() {
        IndexedObject found = read(new Fact.ThePlatform());
        return found == null ? null : found.key();
    }

    @Nullable
    public ChainState chain(VirtualEnvironmentName name) {
        return read(new Fact.ChainOf(name));
    }

    @Nullable
    public Declaration declaration(ComponentVersion version) {
        return read(new Fact.DeclarationOf(version));
    }

    @Nullable
    public Details details(VirtualEnvironmentName name) {
        return read(new Fact.DetailsOf(name));
    }

    public Position position(Origin origin) {
        return indexed(origin.object()).position(origin.field());
    }

    public Position position(ObjectKey key) {
        return indexed(key).position();
    }

    /** Returns the precedence of a field. */
    public Precedence precedence(Origin origin) {
        return Precedence.of(origin, position(origin), inputs.index().catalog());
    }

    /** Returns the last good version of an object. It is part of the object's manifest. */
    @Nullable
    public Manifest<?> lastGood(ObjectKey key) {
        return inputs.index().catalog().lastGood().get(key);
    }
}
