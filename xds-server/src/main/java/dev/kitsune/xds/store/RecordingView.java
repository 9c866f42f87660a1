package dev.kitsune.xds.store;

import dev.kitsune.model.manifest.AppProtocol;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.snapshot.Choice;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.ResolvedEnvironment;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.snapshot.ResolvedSelection;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.RuleInputs;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SelectableDeployment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import dev.kitsune.model.snapshot.SnapshotKey.AppProtocolKey;
import dev.kitsune.model.snapshot.SnapshotKey.ChoicesKey;
import dev.kitsune.model.snapshot.SnapshotKey.DeclarationKey;
import dev.kitsune.model.snapshot.SnapshotKey.DeploymentsKey;
import dev.kitsune.model.snapshot.SnapshotKey.EnvironmentKey;
import dev.kitsune.model.snapshot.SnapshotKey.PlatformKey;
import dev.kitsune.model.snapshot.SnapshotKey.ReleasedKey;
import dev.kitsune.model.snapshot.SnapshotKey.RuleInputsKey;
import dev.kitsune.model.snapshot.SnapshotKey.SecretKey;
import dev.kitsune.model.snapshot.SnapshotKey.SelectionKey;
import dev.kitsune.model.snapshot.SnapshotKey.SelectionsKey;
import dev.kitsune.model.snapshot.SnapshotKey.StableKey;
import dev.kitsune.model.snapshot.SnapshotKey.WorkloadsKey;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Remembers what was read through it. */
final class RecordingView implements SnapshotView {
    private final Snapshot snapshot;
    private final Set<SnapshotKey> read = new HashSet<>();

    RecordingView(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** Immutable, and small: most resources read one or two things. */
    Set<SnapshotKey> read() {
        return Set.copyOf(read);
    }

    @Override
    public Platform platform() {
        read.add(new PlatformKey());
        return snapshot.platform();
    }

    @Override
    public @Nullable ResolvedEnvironment environment(String name) {
        read.add(new EnvironmentKey(name));
        return snapshot.environment(name);
    }

    @Override
    public @Nullable Declaration declaration(ComponentVersion version) {
        read.add(new DeclarationKey(version));
        return snapshot.declaration(version);
    }

    @Override
    public Collection<ResolvedWorkload> workloads(ComponentVersion version) {
        read.add(new WorkloadsKey(version));
        return snapshot.workloads(version);
    }

    @Override
    public @Nullable Secret secret(SecretId id) {
        read.add(new SecretKey(id));
        return snapshot.secret(id);
    }

    @Override
    public @Nullable ResolvedSelection selection(String kindOfEnvironment) {
        read.add(new SelectionKey(kindOfEnvironment));
        return snapshot.selection(kindOfEnvironment);
    }

    @Override
    public SortedMap<String, ResolvedSelection> selections() {
        read.add(new SelectionsKey());
        return snapshot.selections();
    }

    @Override
    public AppProtocol appProtocol(ComponentVersion version) {
        read.add(new AppProtocolKey(version));
        return snapshot.appProtocol(version);
    }

    @Override
    public SortedMap<String, Choice> choices(ComponentName component) {
        read.add(new ChoicesKey(component));
        return snapshot.choices(component);
    }

    @Override
    public List<SelectableDeployment> deployments(String app) {
        read.add(new DeploymentsKey(app));
        return snapshot.deployments(app);
    }

    @Override
    public RuleInputs ruleInputs(String app) {
        read.add(new RuleInputsKey(app));
        return snapshot.ruleInputs(app);
    }

    @Override
    public boolean isStable(String kindOfEnvironment) {
        read.add(new StableKey(kindOfEnvironment));
        return snapshot.isStable(kindOfEnvironment);
    }

    @Override
    public SortedMap<String, Set<ResolvedRoute>> released() {
        read.add(new ReleasedKey());
        return snapshot.released();
    }
}
